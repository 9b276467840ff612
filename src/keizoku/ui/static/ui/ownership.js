/* Draws the ownership anew as one types. The server draws; the button 「図で確かめる」 does the same without this script.
   Nothing is kept: what is posted here is not an answer. */
"use strict";
(() => {
  const shown = document.querySelector("[data-ownership]");
  const form = shown && shown.closest("form");
  if (!form) return;
  const PAUSE = 400; // milliseconds without a key: somebody who types on is not interrupted
  const words = shown.querySelector(".ownership-words");
  const drawn = shown.querySelector(".ownership-drawn");
  let timer = 0;
  let asked = null; // the newest request; an older one is given up

  const draw = async () => {
    if (asked) asked.abort();
    const own = (asked = new AbortController());
    const fields = new FormData(form);
    fields.set("do", "tree");
    try {
      const answer = await fetch(location.href, { method: "POST", body: new URLSearchParams(fields), signal: own.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const told = page.querySelector(".ownership-words");
      const tree = page.querySelector(".ownership-drawn");
      if (own !== asked || !told || !tree) return; // a newer one is under way; or the visit is over, and the next page says so
      if (words.textContent !== told.textContent) words.textContent = told.textContent;
      drawn.replaceChildren(...tree.childNodes);
    } catch {
      // Given up for a newer one, or offline: the button and the next key ask again.
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  });
})();
