// Keys of the review desk. Everything they do can be done without them; they rest while somebody types, and can be
// switched off for this browser (WCAG 2.1.4). Elements name their key in data-key; rows are walked by j and k.
(() => {
  "use strict";
  const STORE = "keizoku.keys";
  const root = document.documentElement;
  const panel = document.querySelector("[data-keys]");
  if (!panel) return;
  const dialog = panel.querySelector("dialog");
  const toggle = panel.querySelector("[data-keys-switch]");
  const remembered = () => { try { return localStorage.getItem(STORE); } catch { return null; } };
  let on = remembered() !== "off";

  const show = () => {
    root.classList.toggle("keys-on", on);
    toggle.textContent = on ? toggle.dataset.keysSwitch : toggle.dataset.keysOff;
  };
  toggle.addEventListener("click", () => {
    on = !on;
    try { localStorage.setItem(STORE, on ? "on" : "off"); } catch { /* a browser that keeps nothing forgets it */ }
    show();
  });
  panel.querySelector("[data-keys-help]").addEventListener("click", () => dialog.showModal());
  panel.hidden = false;
  show();

  const isTyping = (target) =>
    target.isContentEditable ||
    ["TEXTAREA", "SELECT"].includes(target.tagName) ||
    (target.tagName === "INPUT" && !["radio", "checkbox", "submit", "button"].includes(target.type));

  const openPanel = () =>
    document.activeElement?.closest("details[data-key][open]") ??
    document.querySelector("details[data-key][open]");

  const choose = (place) => {
    const group = openPanel()?.querySelector("fieldset");
    const box = group?.querySelectorAll("input[type=radio], input[type=checkbox]")[place - 1];
    if (!box) return false;
    box.focus();
    box.click();
    return true;
  };

  const walk = (step) => {
    const links = [...document.querySelectorAll("[data-rows] tbody th a")];
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
    links[next].focus();
    return true;
  };

  const press = (key) => {
    const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!found) return false;
    if (found.tagName === "FORM") found.requestSubmit();
    else if (found.tagName === "DETAILS") {
      document.querySelectorAll("details[data-key]").forEach((one) => { one.open = one === found; });
      found.querySelector("fieldset input, textarea, select")?.focus();
      found.scrollIntoView({ block: "nearest" });
    } else found.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || dialog.open) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!on || event.repeat && !["j", "k"].includes(event.key)) return;
    let done = false;
    if (event.key === "?") { dialog.showModal(); done = true; }
    else if (event.key === "j") done = walk(1);
    else if (event.key === "k") done = walk(-1);
    else if (/^[1-9]$/.test(event.key)) done = choose(Number(event.key));
    else if (/^[a-z]$/.test(event.key)) done = press(event.key);
    if (done) event.preventDefault();
  });
})();
