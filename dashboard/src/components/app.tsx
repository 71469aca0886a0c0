import { useState } from 'preact/hooks';
import type { PageState, Session } from '../session.ts';
import { sentence } from '../format.ts';
import { useStore } from '../use-store.ts';
import { AppCard } from './app-card.tsx';
import { ConfirmDialog, type Question } from './confirm-dialog.tsx';
import { DeviceCard } from './device-card.tsx';
import { Header } from './header.tsx';
import { HistoryCard } from './history-card.tsx';
import { KeyForm } from './key-form.tsx';
import { LogPanel, type LogSubject } from './log-panel.tsx';
import { Notice } from './notice.tsx';

/** What the cards of the page may ask of it. */
export interface PageVerbs {
	ask(question: Question): void;
	showLogs(subject: LogSubject): void;
}

/** The page. */
export function App({ session }: { readonly session: Session }) {
	const state = useStore(session.store, (value) => value);
	const [question, setQuestion] = useState<Question | undefined>();
	const [subject, setSubject] = useState<LogSubject | undefined>();
	const verbs: PageVerbs = { ask: setQuestion, showLogs: setSubject };
	return (
		<>
			<a class="skip" href="#main">
				Skip to content
			</a>
			<Header state={state} />
			<main id="main" tabIndex={-1} class={state.connection === 'lost' ? 'stale' : ''}>
				<Content state={state} session={session} verbs={verbs} />
			</main>
			<Notice session={session} />
			{question && (
				<ConfirmDialog
					question={question}
					session={session}
					onAsk={setQuestion}
					onClose={() => setQuestion(undefined)}
				/>
			)}
			{subject && (
				<LogPanel
					key={`${subject.appUuid}/${subject.serviceName}`}
					subject={subject}
					session={session}
					onClose={() => setSubject(undefined)}
				/>
			)}
		</>
	);
}

interface ContentProps {
	readonly state: PageState;
	readonly session: Session;
	readonly verbs: PageVerbs;
}

function Content({ state, session, verbs }: ContentProps) {
	const { status, connection } = state;
	if (connection === 'needsKey')
		return <KeyForm session={session} isRefused={state.isKeyRefused} />;
	if (status === undefined)
		return <Waiting isLost={connection === 'lost'} obstacle={state.obstacle} />;
	return (
		<div class="columns">
			<section class="column wide" aria-label="Apps">
				{status.apps.length === 0 && <Empty status={status} />}
				{status.apps.map((app) => (
					<AppCard key={app.appUuid} app={app} state={state} session={session} verbs={verbs} />
				))}
			</section>
			<section class="column" aria-label="Device">
				<DeviceCard status={status} />
				<HistoryCard entries={state.history} />
			</section>
		</div>
	);
}

interface WaitingProps {
	readonly isLost: boolean;
	readonly obstacle: string | undefined;
}

function Waiting({ isLost, obstacle }: WaitingProps) {
	return (
		<div class="card center" role="status">
			<span class="spinner" aria-hidden="true" />
			<p>{isLost ? 'The device is not ready. Trying again…' : 'Asking the device…'}</p>
			{obstacle !== undefined && <p class="error">{obstacle}</p>}
		</div>
	);
}

function Empty({ status }: { readonly status: NonNullable<PageState['status']> }) {
	return (
		<div class="card center">
			<h2>No apps yet</h2>
			<p class="soft">
				{status.device.isManaged
					? 'The cloud has given this device no release.'
					: 'Push one from your computer with balena push, or set one: POST /v3/device/apps/{uuid}.'}
			</p>
			{status.loop.reason !== '' && <p class="soft">{sentence(status.loop.reason)}.</p>}
		</div>
	);
}
