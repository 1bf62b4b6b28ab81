"""Orders: the register of a case, what is told of each, and what ends when for a panel and for an agency."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.orders.forms import EVENTS, BreachForm, EventForm, OrderForm, PressForm, RepeatForm
from clinic.domain.orders import OrderCut
from clinic.domain.pages import number_of
from clinic.services import order_lists, order_pages, orders
from clinic.services.order_lists import Filter
from clinic.web.work import changing, reading, then

bp = Blueprint("orders", __name__)


@bp.get("/orders")
def index():
    with reading() as work:
        page = order_lists.of_own_agency(work, _filter(), number_of(request.args.get("page")))
    return render_template("orders/index.html", page=page)


@bp.get("/panels/<uuid:panel_id>/orders")
def of_panel(panel_id: UUID):
    with reading() as work:
        page = order_lists.of_panel(work, panel_id, _filter(), number_of(request.args.get("page")))
    return render_template("orders/panel.html", page=page)


def _filter() -> Filter:
    cut = request.args.get("show", "")
    return Filter(OrderCut(cut) if cut in list(OrderCut) else OrderCut.RUNNING, request.args.get("kind", "")[:60])


@bp.get("/cases/<uuid:case_id>/orders")
def show(case_id: UUID, refused: PressForm | None = None):
    with reading() as work:
        page = order_pages.page(work, case_id)
    return render_template("orders/show.html", page=page, form=refused, press=PressForm(formdata=None),
                           events=EVENTS), 422 if refused else 200


@bp.get("/cases/<uuid:case_id>/orders/new")
def new(case_id: UUID, form: OrderForm | None = None):
    with reading() as work:
        page = order_pages.new_page(work, case_id)
    drawn = form or OrderForm(formdata=None)
    drawn.offer(page.kinds)
    return render_template("orders/new.html", page=page, form=drawn), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/orders/new")
def add(case_id: UUID):
    form = OrderForm()
    with changing(form) as work:
        if form.validate():
            orders.add(work, case_id, form.order())
            return then(work, url_for(".show", case_id=case_id), "The order is written down.")
    return new(case_id, form)


@bp.get("/cases/<uuid:case_id>/orders/<uuid:order_id>/events/new")
def new_event(case_id: UUID, order_id: UUID, form: EventForm | None = None):
    with reading() as work:
        page, line = order_pages.order_page(work, case_id, order_id)
    return render_template("orders/event.html", page=page, line=line, form=form or EventForm(formdata=None),
                           events=EVENTS), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/orders/<uuid:order_id>/events/new")
def tell(case_id: UUID, order_id: UUID):
    form = EventForm()
    with changing(form) as work:
        if form.validate():
            orders.tell(work, case_id, order_id, form.told())
            return then(work, url_for(".show", case_id=case_id), "It is written down.")
    return new_event(case_id, order_id, form)


@bp.post("/cases/<uuid:case_id>/order-events/<uuid:event_id>/take-back")
def take_back(case_id: UUID, event_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            orders.take_back(work, case_id, event_id)
            return then(work, url_for(".show", case_id=case_id), "It is taken back. It stays to be read.")
    return show(case_id, form)


@bp.get("/cases/<uuid:case_id>/orders/<uuid:order_id>/breaches/new")
def new_breach(case_id: UUID, order_id: UUID, form: BreachForm | None = None):
    with reading() as work:
        page, line = order_pages.order_page(work, case_id, order_id)
    drawn = form or BreachForm(formdata=None)
    drawn.offer(page.behaviours)
    return render_template("orders/breach.html", page=page, line=line, form=drawn), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/orders/<uuid:order_id>/breaches/new")
def breach(case_id: UUID, order_id: UUID):
    form = BreachForm()
    with changing(form) as work:
        if form.validate():
            orders.breach(work, case_id, order_id, form.breach())
            return then(work, url_for(".show", case_id=case_id),
                        "The breach is written down as an incident too. The coordinator is asked whether the panel "
                        "hears the case again.")
    return new_breach(case_id, order_id, form)


@bp.post("/cases/<uuid:case_id>/breaches/<uuid:breach_id>/take-back")
def take_back_breach(case_id: UUID, breach_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            orders.take_back_breach(work, case_id, breach_id)
            return then(work, url_for(".show", case_id=case_id),
                        "The breach is taken back, and its incident. Both stay to be read.")
    return show(case_id, form)


@bp.get("/cases/<uuid:case_id>/breaches/<uuid:breach_id>")
def ask(case_id: UUID, breach_id: UUID, form: RepeatForm | None = None):
    with reading() as work:
        page = order_pages.check_page(work, case_id, breach_id)
    drawn = form or RepeatForm(formdata=None)
    drawn.offer(page.meetings)
    return render_template("orders/check.html", page=page, form=drawn), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/breaches/<uuid:breach_id>")
def check(case_id: UUID, breach_id: UUID):
    form = RepeatForm()
    with changing(form) as work:
        if form.validate():
            orders.check_repeat(work, case_id, breach_id, form.answer())
            return then(work, url_for(".show", case_id=case_id), "Your answer is written down.")
    return ask(case_id, breach_id, form)
