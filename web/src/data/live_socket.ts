// The WebSocket of a live run. It says that a frame was taken once that is shown, and gets the next only then: a page that
// is busy gets fewer, and the server leaves out what has become too much.
import type { LiveFrame } from './contract';

const AGAIN_MS = 1000;

export function followSocket(base: string, number: number, token: string, took: (frame: LiveFrame) => void): () => void {
  let socket: WebSocket | null = null;
  let over = false;
  let timer = 0;
  const open = () => {
    const address = new URL(`${base}/api/live?fork=${number}`, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    address.hash = '';
    // A browser sends no other headers with a WebSocket than the names of protocols.
    const opened = new WebSocket(address, ['gncsim', `token.${token}`]);
    socket = opened;
    opened.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as LiveFrame;
      over = frame.last;
      took(frame);
      opened.send('took');
    };
    opened.onclose = () => {
      if (!over) timer = window.setTimeout(open, AGAIN_MS);
    };
  };
  open();
  return () => {
    over = true;
    clearTimeout(timer);
    socket?.close();
  };
}
