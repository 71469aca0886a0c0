import { agoText, sentence } from '../format.ts';
import type { HistoryEntry } from '../session.ts';
import { useNow } from '../use-store.ts';

const tones: Readonly<Record<string, string>> = {
	done: 'good',
	failed: 'bad',
	refused: 'bad',
	superseded: 'idle',
};

const people: Readonly<Record<string, string>> = {
	cloud: 'the cloud',
	preload: 'the preloaded apps',
	localMode: 'a developer',
	localApi: 'the local API',
	engine: 'a change on the engine',
	supervisor: 'the supervisor',
};

/** What was changed, newest first. */
export function HistoryCard({ entries }: { readonly entries: readonly HistoryEntry[] }) {
	const now = useNow();
	return (
		<article class="card" aria-labelledby="history-title">
			<h2 id="history-title">History</h2>
			{entries.length === 0 && <p class="soft">Nothing was changed yet.</p>}
			<ol class="history" tabIndex={0} aria-label="Changes, newest first">
				{entries.map((entry) => (
					<li key={entry.id}>
						<span class={`dot ${tones[entry.outcome] ?? 'idle'}`} aria-hidden="true" />
						<div>
							<span>{changeText(entry)}</span>
							{entry.outcome !== 'done' && <span class="error"> {entry.outcome}</span>}
							<span class="soft block">
								{agoText(Date.parse(entry.endedAt), now)} · by{' '}
								{people[entry.by.kind] ?? entry.by.kind}
								{isTelling(entry) && ` · ${entry.cause}`}
							</span>
							{entry.error !== undefined && entry.outcome !== 'done' && (
								<span class="error block">{entry.error}</span>
							)}
						</div>
					</li>
				))}
			</ol>
		</article>
	);
}

/** Names of apps stay as they are. */
function changeText({ text, appName }: HistoryEntry): string {
	return appName !== undefined && text.startsWith(appName) ? text : sentence(text);
}

/** Whether the cause says more than who it was. */
function isTelling({ cause, by }: HistoryEntry): boolean {
	return cause !== '' && !(by.kind === 'localApi' && cause.startsWith('asked for'));
}
