// The reviewer's pictures: enlarge in place, move about, and see where on the card a value stands. Without this file each
// picture opens by its link.
(() => {
  "use strict";
  const MOST = 4;

  const enlarge = (figure, by) => {
    figure.dataset.zoom = String(by);
    figure.classList.toggle("is-large", by > 1);
    figure.querySelector(".sight-page").style.width = by > 1 ? `${by * 100}%` : "";
  };
  const at = (figure) => Number(figure.dataset.zoom) || 1;
  const toggle = (figures) => {
    const by = figures.some((one) => at(one) > 1) ? 1 : 2;
    figures.forEach((one) => enlarge(one, by));
  };

  document.querySelectorAll("figure[data-zoom]").forEach((figure) => {
    const frame = figure.querySelector(".sight-picture");
    frame.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const box = frame.getBoundingClientRect();
      const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      const by = at(figure) >= MOST ? 1 : at(figure) * 2;
      const [left, top] = [(frame.scrollLeft + x * box.width) / frame.scrollWidth, (frame.scrollTop + y * box.height) / frame.scrollHeight];
      enlarge(figure, by);
      frame.scrollTo({ left: left * frame.scrollWidth - box.width / 2, top: top * frame.scrollHeight - box.height / 2 });
    });
    const button = figure.querySelector("[data-zoom-button]");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => toggle([figure]));
      if (figure.dataset.zoomKey) button.dataset.key = figure.dataset.zoomKey;
    }
  });
  document.querySelectorAll("[data-zoom-row]").forEach((button) => {
    const figures = [...button.closest("section").querySelectorAll("figure[data-zoom]")];
    button.hidden = false;
    button.dataset.key = "f";
    button.addEventListener("click", () => toggle(figures));
  });

  const mark = (value, on) => {
    const box = document.querySelector(`[data-box="${CSS.escape(value.dataset.value)}"]`);
    if (box) box.classList.toggle("is-meant", on);
  };
  document.querySelectorAll("[data-value]").forEach((value) => {
    value.addEventListener("mouseenter", () => mark(value, true));
    value.addEventListener("mouseleave", () => mark(value, false));
  });
})();
