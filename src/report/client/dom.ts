/** What the page's script uses of the browser. The program's own types have no DOM, since it runs in Node. */
export interface Element {
  textContent: string | null;
  className: string;
  value: string;
  disabled: boolean;
  type: string;
  scope: string;
  readonly dataset: Record<string, string | undefined>;
  readonly parentElement: Element | null;
  append(...children: (Element | string)[]): void;
  replaceChildren(...children: (Element | string)[]): void;
  addEventListener(type: string, listener: () => void): void;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  showModal(): void;
  close(): void;
  scrollIntoView(options: { block: 'nearest' }): void;
}

export interface Page {
  getElementById(id: string): Element | null;
  createElement(name: string): Element;
  querySelectorAll(selector: string): Iterable<Element>;
}
