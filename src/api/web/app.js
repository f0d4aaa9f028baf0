"use strict";
// The first page: shows GET /api/v1/stream and lets a person replay what is open. No build, no library.

const at = (id) => document.getElementById(id);
const made = (tag, text, name) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  return element;
};
const clock = (time) => (time ? new Date(time).toLocaleTimeString() : "");
let token = sessionStorage.getItem("tieline-token") || "";
let exceptionsShown = "";
let csrf = "";

async function call(method, path, body) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = "Bearer " + token;
  else if (csrf) headers["X-CSRF-Token"] = csrf;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const answer = await fetch("/api/v1/" + path, { method, headers, body: text });
  const json = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(json.detail || answer.statusText), { status: answer.status });
  return json;
}

function showStages(status) {
  const sum = (pick) => status.sites.reduce((all, site) => all + (pick(site) || 0), 0);
  const open = sum((site) => site.open_exceptions);
  const tiles = [
    ["received", sum((site) => site.stages.received)],
    ["decided events", sum((site) => site.decided)],
    ["sent since start", status.since_start.sent],
    ["booked", sum((site) => site.stages.booked)],
    ["reversed", sum((site) => site.stages.reversed)],
    ["waiting for a peer", sum((site) => site.lag.open_commands)],
    ["undecided (lag)", sum((site) => site.lag.undecided_events)],
    ["open exceptions", open],
  ].map(([name, value]) => {
    const tile = made("div", undefined, "stage" + (name === "open exceptions" && value ? " alarm" : ""));
    tile.append(made("b", Number(value || 0).toLocaleString()), made("span", name));
    return tile;
  });
  at("stages").replaceChildren(...tiles);
}

function showRows(id, rows) {
  at(id).tBodies[0].replaceChildren(...rows.map((cells) => {
    const row = made("tr");
    cells.forEach(([text, name]) => row.append(made("td", text, name)));
    return row;
  }));
}

async function showExceptions(status) {
  const key = JSON.stringify(status.sites.map((site) =>
    [site.site, site.open_exceptions, site.stages.exceptions_opened, site.stages.exceptions_closed]));
  if (key === exceptionsShown) return;
  const rows = [];
  try {
    for (const site of status.sites) {
      const page = await call("GET", `exceptions?open=true&limit=50&site=${encodeURIComponent(site.site)}`);
      page.exceptions.forEach((one) => rows.push(exceptionRow(site.site, one)));
    }
  } catch (error) {
    at("exceptions").replaceChildren(made("p", error.message, "bad"));
    return;
  }
  exceptionsShown = key;
  if (!rows.length) rows.push(made("p", "None. Everything accepted is booked or on its way.", "nothing"));
  at("exceptions").replaceChildren(...rows);
}

function exceptionRow(site, one) {
  const row = made("div", undefined, "exception");
  const head = made("p");
  head.append(made("strong", `${one.id} ${one.subject}`), ` ${one.code}, ${clock(one.opened)}`);
  row.append(head, made("p", one.reason), made("p", one.fix, "fix"));
  if (one.kind !== "undecidable" && one.kind !== "connector_paused") {
    const button = made("button", "Replay");
    button.addEventListener("click", () => askReplay(site, one));
    const buttons = made("div", undefined, "buttons");
    buttons.append(button);
    row.append(buttons);
  }
  return row;
}

function askReplay(site, one) {
  at("ask-title").textContent = `Replay ${one.id} (${one.subject})`;
  at("ask-actor").value = localStorage.getItem("tieline-actor") || "";
  at("ask-reason").value = "";
  at("ask-error").textContent = "";
  at("ask-token-label").hidden = true;
  at("ask-go").onclick = async (event) => {
    event.preventDefault();
    if (at("ask-token").value) token = at("ask-token").value;
    const body = { actor: at("ask-actor").value, reason: at("ask-reason").value };
    try {
      await call("POST", `exceptions/${encodeURIComponent(one.id)}/replay?site=${encodeURIComponent(site)}`, body);
      localStorage.setItem("tieline-actor", body.actor);
      sessionStorage.setItem("tieline-token", token);
      at("ask").close();
    } catch (error) {
      at("ask-error").textContent = error.message;
      at("ask-token-label").hidden = error.status !== 401;
    }
  };
  at("ask").showModal();
}

function show(status) {
  at("node").textContent = `${status.node}: ${status.sites.map((site) => site.name || site.site).join(", ")}`;
  showStages(status);
  const newest = (a, b) => (a.time === b.time ? b.seq - a.seq : a.time < b.time ? 1 : -1);
  const events = status.sites.flatMap((site) => site.last_events).sort(newest).slice(0, 20);
  showRows("events", events.map((event) => [[clock(event.time), "time"], [event.type], [event.subject]]));
  showRows("channels", status.channels.map((channel) => [[channel.connector],
    [channel.state === "ok" || !channel.last_error ? channel.state : channel.state + ": " + channel.last_error,
      channel.state === "ok" ? "" : "bad"],
    [channel.in_flight]]));
  showExceptions(status);
}

function link(text, name) {
  at("link").textContent = text;
  at("link").className = name;
}

async function begin() {
  const session = await call("GET", "session");
  if (session.sign_in === "on" && !session.signed_in) return location.replace("/sign-in");
  csrf = session.csrf || "";
  if (session.name) localStorage.setItem("tieline-actor", session.name);
  const stream = new EventSource("/api/v1/stream");
  stream.addEventListener("status", (event) => { link("live", "good"); show(JSON.parse(event.data)); });
  stream.addEventListener("error", () => link("no connection to the hub; trying again", "bad"));
}
begin().catch((error) => link(error.message, "bad"));
