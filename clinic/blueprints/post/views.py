from flask import Blueprint, render_template

bp = Blueprint("post", __name__)


@bp.get("/post")
def index():
    return render_template("error.html", title="Not built yet", sentences=[], typed=[])
