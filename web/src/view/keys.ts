// The keyboard, which is how one presents: clickers send PageDown and PageUp.
import type { Session } from '../session/session.svelte';
import { chooseTheme, theme } from './theme.svelte';

const JUMP = 20;

// Where keys belong to what has the focus.
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=radio]), select, textarea, [contenteditable]');
}

function onButton(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, summary, input, [role=slider], [role=tab]') !== null;
}

export function listen(session: Session): () => void {
  const act = (event: KeyboardEvent): boolean => {
    const forward = event.key === 'ArrowRight';
    switch (event.key) {
      case ' ':
        if (onButton(event.target)) return false;
        session.toggle();
        return true;
      case 'k': session.toggle(); return true;
      case 'ArrowRight':
      case 'ArrowLeft':
        if (event.target instanceof HTMLElement && event.target.matches('[role=tab], input')) return false;
        if (event.shiftKey) session.seek(session.head.atUs + ((forward ? 1 : -1) * session.lengthUs) / JUMP);
        else session.step(forward ? 1 : -1);
        return true;
      case 'Home': session.seek(0); return true;
      case 'End': session.seek(session.lengthUs); return true;
      case '+':
      case '=': session.faster(1); return true;
      case '-': session.faster(-1); return true;
      case 'Enter':
        if (onButton(event.target)) return false;
        session.next();
        return true;
      case 'n':
      case 'PageDown': session.next(); return true;
      case 'p':
      case 'PageUp': session.back(); return true;
      case 'b': session.togglePanel('break'); return true;
      case 'e': session.togglePanel('exchanges'); return true;
      case 'm': session.togglePanel('measure'); return true;
      case 'l': session.togglePanel('lessons'); return true;
      case 's': session.togglePanel('share'); return true;
      case '?': session.togglePanel('help'); return true;
      case 'c': session.compare(); return true;
      case 't': chooseTheme(theme.current === 'dark' ? 'light' : 'dark'); return true;
      case 'f':
        if (document.fullscreenElement) void document.exitFullscreen();
        else void document.documentElement.requestFullscreen();
        return true;
      case 'Escape':
        if (session.panel === null) return false;
        session.select(null);
        return true;
      default: {
        const answer = /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : -1;
        const asked = session.storyOpen ? session.story.steps[session.told]?.ask : undefined;
        if (!asked || answer < 0 || answer >= asked.answers.length) return false;
        session.answered = answer;
        return true;
      }
    }
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (typing(event.target) && event.key !== 'Escape') return;
    if (act(event)) event.preventDefault();
  };
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}
