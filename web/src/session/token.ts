// The token that lets this browser change runs. It comes in the address that gncsim prints, and is taken out of it at
// once, so that it is in no link that is passed on.

const KEPT = 'gncsim.token';

export function takeToken(given: string | null): string | null {
  if (given === null) return localStorage.getItem(KEPT);
  localStorage.setItem(KEPT, given);
  const rest = new URLSearchParams(location.hash.slice(1));
  rest.delete('token');
  history.replaceState(null, '', rest.size > 0 ? `#${rest}` : location.pathname + location.search);
  return given;
}
