// The ways that links make between parties.
import type { Link } from '../data/contract';

export interface Hop {
  link: number;
  // From the link's a to its b.
  forward: boolean;
}

export class Routes {
  private readonly next = new Map<string, { to: string; hop: Hop }[]>();
  private readonly known = new Map<string, readonly Hop[]>();

  constructor(links: readonly Link[]) {
    links.forEach((link, number) => {
      this.reach(link.a, link.b, { link: number, forward: true });
      this.reach(link.b, link.a, { link: number, forward: false });
    });
  }

  // The fewest links from one to the other; none where there is no way.
  between(from: string, to: string): readonly Hop[] {
    const key = `${from}\n${to}`;
    let route = this.known.get(key);
    if (!route) this.known.set(key, (route = this.search(from, to)));
    return route;
  }

  private reach(from: string, to: string, hop: Hop): void {
    const ways = this.next.get(from);
    if (ways) ways.push({ to, hop });
    else this.next.set(from, [{ to, hop }]);
  }

  private search(from: string, to: string): readonly Hop[] {
    const ways = new Map<string, readonly Hop[]>([[from, []]]);
    for (const [party, way] of ways) {
      if (party === to) return way;
      for (const { to: neighbour, hop } of this.next.get(party) ?? [])
        if (!ways.has(neighbour)) ways.set(neighbour, [...way, hop]);
    }
    return [];
  }
}
