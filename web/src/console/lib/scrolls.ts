// A box that scrolls must be reached by keyboard, one that fits must not hold up who goes through by Tab.

/** `use:scrolls` on the box. */
export function scrolls(node: HTMLElement): { destroy: () => void } {
  const look = (): void => {
    if (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1) node.tabIndex = 0;
    else node.removeAttribute('tabindex');
  };
  const seen = new ResizeObserver(look);
  seen.observe(node);
  for (const child of node.children) seen.observe(child);
  return { destroy: () => seen.disconnect() };
}
