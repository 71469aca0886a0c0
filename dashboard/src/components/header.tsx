import { useEffect, useState } from 'preact/hooks';
import type { PageState } from '../session.ts';
import { chosenTheme, keepTheme } from '../theme.ts';
import { Icon } from './icon.tsx';

type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

const loopTones: Readonly<Record<string, [Tone, string]>> = {
	starting: ['busy', 'Starting'],
	settled: ['good', 'All as wanted'],
	applying: ['busy', 'Working'],
	held: ['warn', 'Waiting'],
	failing: ['bad', 'Trouble'],
};

/** Name of the device, and how it and the page are. */
export function Header({ state }: { readonly state: PageState }) {
	const { status, connection } = state;
	const [tone, word] = toneOf(state);
	const [theme, setTheme] = useState(chosenTheme());
	const name = status?.device.name ?? '';
	useEffect(() => {
		document.title = name === '' ? 'Holdfast' : name;
	}, [name]);
	const other = theme === 'dark' ? 'light' : 'dark';
	return (
		<header class="top">
			<Icon name="mark" />
			<div class="who">
				<h1>{name === '' ? 'Holdfast' : name}</h1>
				{status && <span class="soft mono">{status.device.uuid.slice(0, 7)}</span>}
			</div>
			<span class={`pill ${tone}`} role="status" data-connection={connection}>
				{word}
			</span>
			<span class="grow" />
			<a class="quiet" href="/v3/docs">
				API
			</a>
			<button
				type="button"
				class="icon"
				aria-label={`Use ${other} colours`}
				title={`Use ${other} colours`}
				onClick={() => {
					keepTheme(other);
					setTheme(other);
				}}
			>
				<Icon name={theme === 'dark' ? 'sun' : 'moon'} />
			</button>
		</header>
	);
}

function toneOf({ connection, status }: PageState): [Tone, string] {
	if (connection === 'needsKey') return ['idle', 'Key needed'];
	if (connection === 'lost') return ['bad', 'No answer, reconnecting'];
	if (status === undefined) return ['busy', 'Connecting'];
	return loopTones[status.loop.state] ?? ['idle', status.loop.state];
}
