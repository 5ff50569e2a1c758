import 'uplot/dist/uPlot.min.css';
import './style/page.css';
import './style/measure.css';
import { mount } from 'svelte';
import { openSource } from './data/source';
import { speaker } from './languages/speaker.svelte';
import { readFragment } from './session/fragment';
import { Session } from './session/session.svelte';
import { takeToken } from './session/token';
import { chooseTheme } from './view/theme.svelte';
import { runFrames } from './view/frames';
import Page from './view/Page.svelte';

const place = readFragment(location.hash);
const session = new Session(openSource(document, takeToken(place.token)));
document.documentElement.lang = speaker.language;
chooseTheme();
mount(Page, { target: document.getElementById('page')!, props: { session } });
runFrames(session, place.bench);
void session.open(place);
// Another link of this page in the same window.
addEventListener('hashchange', () => void session.open(readFragment(location.hash)));
