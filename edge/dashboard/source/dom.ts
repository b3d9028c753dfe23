type Attributes = Readonly<Record<string, string | number>>;

export function html<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes, ...children: readonly (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(made, name, value);
  made.append(...children);
  return made;
}

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes, ...children: readonly (Node | string)[]): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) set(made, name, value);
  made.append(...children);
  return made;
}

/** Writes only what differs: a refresh takes nobody's place in the page, and is not spoken for no change. Empty: no attribute. */
export function set(element: Element, name: string, value: string | number): void {
  const text = String(value);
  if (text === (element.getAttribute(name) ?? '')) return;
  if (text) element.setAttribute(name, text);
  else element.removeAttribute(name);
}

export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** As many children as there are items, made where they are missing, each brought up to date. */
export function fill<T, E extends Element>(parent: Element, items: readonly T[], make: () => E, update: (element: E, item: T) => void): void {
  while (parent.childElementCount > items.length) parent.lastElementChild?.remove();
  while (parent.childElementCount < items.length) parent.append(make());
  items.forEach((item, at) => { update(parent.children[at] as E, item); });
}

/** What the page is known to have. */
export function byId<T extends Element = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as Element as T;
}
