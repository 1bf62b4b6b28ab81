from flask import Blueprint, render_template

bp = Blueprint("feeds", __name__)


@bp.get("/account/calendar")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])


@bp.get("/cal/<token>.ics")
def calendar(token):
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
