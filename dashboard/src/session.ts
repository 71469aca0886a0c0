import {
	createV3Client,
	DeviceProblem,
	unwrap,
	type Schemas,
	type V3Client,
} from '../../tools/client/client.ts';
import { watchEvents } from './events.ts';
import { nextPlans, type Plans } from './plans.ts';
import { nextSamples, type SampleBook } from './samples.ts';
import { createStore, type Store } from './store.ts';

/** How the page gets on with the device. */
export type Connection = 'connecting' | 'live' | 'lost' | 'needsKey';

export type HistoryEntry = Schemas['HistoryEntry'];

export interface PageState {
	readonly connection: Connection;
	/** What the device says is wrong with it, while it answers nothing else. */
	readonly obstacle?: string | undefined;
	/** A key was given and refused. */
	readonly isKeyRefused: boolean;
	readonly status?: Schemas['Status'] | undefined;
	/** When the status came, by the page's clock. */
	readonly statusAtMs: number;
	readonly samples: SampleBook;
	readonly plans: Plans;
	/** Newest first. */
	readonly history: readonly HistoryEntry[];
	/** What the page says of an action, until it is read. */
	readonly notice?: { readonly text: string; readonly isError: boolean } | undefined;
}

/** What the page knows, and what it can do. */
export interface Session {
	readonly store: Store<PageState>;
	readonly client: V3Client;
	readonly key: () => string | undefined;
	/** Kept until the tab is closed. */
	useKey(key: string): void;
	notify(text: string, isError?: boolean): void;
	/** Asks at once. */
	refresh(): void;
}

const keyName = 'holdfast-key';
const pollMs = 2_000;
const hiddenPollMs = 15_000;
/** A device may come to need no key: in local mode. */
const keylessPollMs = 10_000;
/** A change is written down a moment after the device shows it. */
const historyMs = 6_000;
const historyTypes = ['app.condition', 'plan.made', 'app.gone', 'target.accepted'];

export function createSession(signal: AbortSignal): Session {
	const store = createStore<PageState>({
		connection: 'connecting',
		isKeyRefused: false,
		statusAtMs: 0,
		samples: {},
		plans: {},
		history: [],
	});
	const key = (): string | undefined => sessionStorage.getItem(keyName) ?? undefined;
	const client = createV3Client({ key, baseUrl: location.origin });
	const waker = createWaker();
	const session: Session = {
		...{ store, client, key },
		useKey(given) {
			sessionStorage.setItem(keyName, given);
			store.set({ connection: 'connecting', isKeyRefused: false });
			waker.wake();
		},
		notify: (text, isError = false) => store.set({ notice: { text, isError } }),
		refresh: () => waker.wake(),
	};
	document.addEventListener('visibilitychange', () => waker.wake());
	void pollStatus(session, { waker, signal });
	void followEvents(session, { waker, signal });
	return session;
}

interface Waker {
	wake(): void;
	/** Resolves after this time, or when woken. */
	wait(ms: number): Promise<void>;
}

function createWaker(): Waker {
	let pass = (): void => undefined;
	return {
		wake: () => pass(),
		wait: (ms) =>
			new Promise((resolve) => {
				const timer = setTimeout(resolve, ms);
				pass = () => {
					clearTimeout(timer);
					resolve();
				};
			}),
	};
}

interface Lifetime {
	readonly waker: Waker;
	readonly signal: AbortSignal;
}

/** Asks for the status again and again; a device that does not answer is asked until it does. */
async function pollStatus(session: Session, { waker, signal }: Lifetime): Promise<void> {
	const { store, client, key } = session;
	let historyAtMs = 0;
	while (!signal.aborted) {
		try {
			const status = await unwrap(
				client.GET('/v3/status', { signal: AbortSignal.timeout(10_000) }),
			);
			const { samples, status: before } = store.get();
			const isNew = before?.revision !== status.revision;
			store.set({
				...{
					connection: 'live',
					isKeyRefused: false,
					obstacle: undefined,
					status,
					statusAtMs: Date.now(),
				},
				samples: nextSamples(samples, status),
			});
			const isHistoryOld = Date.now() - historyAtMs > historyMs || isNew;
			if (isHistoryOld) {
				historyAtMs = Date.now();
				await loadHistory(session);
			}
		} catch (err) {
			store.set(failureOf(err, key()));
			if (store.get().isKeyRefused) sessionStorage.removeItem(keyName); // guessers are made to wait
			historyAtMs = 0;
		}
		await waker.wait(pauseMsOf(store.get()));
	}
}

function pauseMsOf({ connection }: PageState): number {
	if (connection === 'needsKey') return keylessPollMs;
	return document.hidden ? hiddenPollMs : pollMs;
}

/** How the page gets on with a device that did not tell its status. */
function failureOf(err: unknown, key: string | undefined): Partial<PageState> {
	const { status, message } = err instanceof DeviceProblem ? err : { status: 0, message: '' };
	const isRefused = status === 401 || status === 429;
	return {
		connection: isRefused ? 'needsKey' : 'lost',
		...(isRefused && key === undefined ? {} : { isKeyRefused: isRefused }),
		obstacle: status === 503 ? message : undefined,
	};
}

/** A history that cannot be read leaves the last one as it is. */
async function loadHistory({ store, client }: Session): Promise<void> {
	const { data } = await client.GET('/v3/history', { params: { query: { limit: 30 } } });
	if (data !== undefined) store.set({ history: data.entries });
}

/** Plans fill in by the device's events; whatever changes the world makes the page ask for the status at once. */
async function followEvents({ store, key }: Session, { waker, signal }: Lifetime): Promise<void> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const refreshSoon = (): void => {
		timer ??= setTimeout(() => {
			timer = undefined;
			waker.wake();
		}, 250);
	};
	const isReady = (): boolean => store.get().connection === 'live';
	for await (const event of watchEvents({ key, isReady, signal })) {
		const plans = nextPlans(store.get().plans, event);
		if (plans !== store.get().plans) store.set({ plans });
		if (historyTypes.includes(event.type) || !event.type.startsWith('step.')) refreshSoon();
	}
}
