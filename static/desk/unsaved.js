/* The list of what this browser keeps for who is logged in, and the question before they log out. */
"use strict";

(() => {
  const place = document.getElementById("unsaved");
  const own = `draft:${place.dataset.user}:`;
  const leaving = place.querySelector(".leaving");
  const isLeaving = new URLSearchParams(window.location.search).has("leaving");

  function drafts() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(own));
    return names.map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) })).sort((one, other) => other.at - one.at);
  }

  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  function text({ fields, words = {}, labels = {} }) {
    const parse = (html) => new DOMParser().parseFromString(html.replace(/<\/(p|h\d|li)>/g, "$&\n"), "text/html").body.textContent;
    const said = ([key, value]) => `${labels[key] || key}:\n${words[key] || (/<[a-z]/i.test(value) ? parse(value) : value)}`;
    return Object.entries(fields).map(said).join("\n\n");
  }

  function item(draft) {
    const when = desk.typed.moment(draft.at);
    const line = make("li", {});
    const remove = make("button", { type: "button", textContent: place.dataset.delete });
    remove.setAttribute("aria-label", `${place.dataset.delete}: ${draft.title}`);
    remove.addEventListener("click", () => { localStorage.removeItem(draft.name); show(); });
    const details = make("details", {});
    details.append(make("summary", { textContent: place.dataset.show }), make("pre", { textContent: text(draft) }));
    line.append(
      make("a", { href: draft.url, textContent: draft.title }),
      ` – ${place.dataset.when.replace("{when}", when)} `, remove, details,
    );
    return line;
  }

  function show() {
    const found = drafts();
    place.querySelector("ul").replaceChildren(...found.map(item));
    place.querySelector(".some").hidden = !found.length;
    place.querySelector(".none").hidden = Boolean(found.length);
    leaving.hidden = !isLeaving;
    return found;
  }

  leaving.addEventListener("submit", (event) => {
    if (event.submitter?.dataset.do === "delete") drafts().forEach((draft) => localStorage.removeItem(draft.name));
  });

  if (!show().length && isLeaving) leaving.requestSubmit();
})();
