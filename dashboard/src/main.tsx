import { render } from 'preact';
import { App } from './components/app.tsx';
import { createSession } from './session.ts';
import { applyTheme, chosenTheme } from './theme.ts';
import './styles/base.css';
import './styles/cards.css';
import './styles/panels.css';

applyTheme(chosenTheme());
const session = createSession(new AbortController().signal);
const root = document.getElementById('app');
if (root !== null) render(<App session={session} />, root);
