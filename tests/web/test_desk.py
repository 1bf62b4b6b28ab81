"""The desk and the page of a decision, as a coordinator meets them."""

from tests import make


def test_a_coordinator_clears_the_desk_one_after_the_other(site):
    first, second = make.nominated(site.world), make.nominated(site.world, incidents_last_12_months=None)
    browser = site.browser("coordinator")
    home = browser.get("/")
    desk = browser.get(dict(home.links)["Triage nominations"])
    assert "Waiting (2)" in desk.text and "100%" not in desk.title
    panel = f"/panels/{site.world.clinic}"
    assert dict(browser.get(panel).links)["Triage desk"] == dict(desk.links)["Triage desk"] == f"{panel}/desk"
    assert "Triage desk" not in dict(site.browser("chair").get(panel).links)
    page = browser.get(f"/nominations/{first}/triage")
    url = f"/nominations/{first}/triage"
    answer = browser.post(url, {"outcome": "return_for_information", "reason": "When?", "onward": "next"}, page=page)
    assert answer.location == f"/nominations/{second}/triage#decide"
    page = browser.follow(answer)
    assert "is returned for information" in page.text
    answer = browser.post(f"/nominations/{second}/triage", {
        "outcome": "reject", "reject_reason": "outside_area", "reason": "Elsewhere.", "onward": "next"}, page=page)
    desk = browser.follow(answer)
    assert "Nothing else waits for you here" in desk.text and "Nothing waits for a decision" in desk.text
    assert "With the agency (1)" in desk.text and "Decided (1)" in desk.text
    back = browser.get(f"/panels/{site.world.clinic}/desk?tray=returned")
    assert "0 days, due" in back.text


def test_one_press_asks_for_what_is_missing(site):
    nomination_id = make.nominated(site.world, incidents_last_12_months=None)
    browser = site.browser("coordinator")
    page = browser.get(f"/nominations/{nomination_id}/triage")
    link = dict(page.links)["Ask for what is missing"]
    assert "Enter the number of incidents in the last 12 months" in page.text
    fields = browser.get(link).form("/triage")
    assert fields["outcome"] == "return_for_information" and "- Enter the number of incidents" in fields["reason"]
    browser.post(f"/nominations/{nomination_id}/triage", page=browser.get(link))
    assert "- Enter the number of incidents" in site.browser("officer").get(f"/nominations/{nomination_id}").text


def test_a_decision_that_somebody_else_has_made_meanwhile_is_said_and_leads_on(site):
    nomination_id, other = make.nominated(site.world), make.nominated(site.world)
    browser, url = site.browser("coordinator"), f"/nominations/{nomination_id}/triage"
    page = browser.get(url)
    decision = {"outcome": "return_for_information", "reason": "When?", "onward": "next"}
    first = browser.post(url, decision, page=page)
    assert browser.post(url, decision, page=page).location == first.location
    late = browser.post(url, decision | {"form_key": "another"}, page=page, status=422)
    assert "already been decided" in late.text and f"/nominations/{other}/triage" in late.text


def test_an_urgent_mark_asks_why(site):
    nomination_id = make.nominated(site.world)
    browser, url = site.browser("coordinator"), f"/nominations/{nomination_id}/urgent"
    assert "Say why" in browser.post(url, status=422).text
    page = browser.follow(browser.post(url, {"reason": "Release on Friday."}))
    assert "is marked as urgent" in page.text and "Take the urgent mark off" in page.text
    browser.post(url, {"reason": "The date has moved."})
    assert "no longer" in browser.get(f"/nominations/{nomination_id}/triage").text


def test_the_thread_is_written_from_both_sides(site):
    nomination_id = make.nominated(site.world)
    url = f"/nominations/{nomination_id}"
    officer, coordinator = site.browser("officer"), site.browser("coordinator")
    assert "Write what you want to say" in officer.post(f"{url}/notes", {"text": " "}, page=officer.get(url),
                                                       status=422).text
    officer.post(f"{url}/notes", {"text": "One more <b>thing</b>."}, page=officer.get(url))
    page = coordinator.get(url)
    assert "One more <b>thing</b>." in page.text and "<b>thing" not in page.html
    assert "does not wait for its agency" in coordinator.post(f"{url}/chase", page=False, data={
        "csrf_token": page.form("/notes")["csrf_token"]}, status=422).text


def test_what_another_panel_redirects_is_taken_or_refused_on_its_page(site):
    world = site.world
    first = [make.nominated(world) for _ in range(2)]
    coordinator, other = site.browser("coordinator"), site.browser("other_coordinator")
    page = coordinator.get(f"/nominations/{first[0]}/triage")
    assert "Northmere Police does not sit there" in page.text
    for nomination_id in first:
        coordinator.post(f"/nominations/{nomination_id}/triage", {
            "outcome": "redirect", "redirect_to": str(world.marac), "reason": "They are partners."})
    desk = other.get(dict(other.get("/").links)["Take over or refuse what other panels redirect or hand over"])
    assert "From other panels (2)" in desk.text and "From Northmere Stalking Clinic" in desk.text
    url = next(link for text, link in desk.links if text.startswith("PM-")).removesuffix("/triage#decide")
    assert "Decide" in dict(other.get(url).links)
    page = other.get(f"{url}/triage")
    assert "They are partners." in page.text and "does not sit on this panel" in page.text
    assert "Choose an answer" in other.post(f"{url}/offer", page=page, status=422).text
    late = other.post(f"{url}/offer", {"answer": "refuse"}, page=page, status=422)
    assert "Say why your panel does not take it" in late.text
    answer = other.post(f"{url}/offer", {"answer": "refuse", "reason": "Not of our area."}, page=page)
    page = other.follow(answer)
    assert "is refused and forgotten here" in page.text
    other.get(url, status=404)
    desk = other.follow(other.post(answer.location.partition("#")[0].replace("/triage", "/offer"), {"answer": "take"},
                                   page=page))
    assert "waits in your queue now" in desk.text and "Waiting (1)" in desk.text
    threads = [coordinator.get(f"/nominations/{nomination_id}").text for nomination_id in first]
    assert sum("Not of our area." in text for text in threads) == sum("took it over" in text for text in threads) == 1
