// Puts an element at a place of its parent. By script, since the page's policy lets no style stand in the markup.
export function placed(node: HTMLElement, point: { x: number; y: number }) {
  const put = ({ x, y }: { x: number; y: number }) => {
    node.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  };
  put(point);
  return { update: put };
}

// Properties of an element's style, likewise.
export function styled(node: HTMLElement | SVGElement, properties: Record<string, string>) {
  const put = (given: Record<string, string>) => {
    for (const [property, value] of Object.entries(given)) node.style.setProperty(property, value);
  };
  put(properties);
  return { update: put };
}
