import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import type { SeenContainer } from './engine-view.ts';
import { eventually } from './eventually.ts';
import type { Stage } from './stage.ts';

export type SeenServices = Readonly<Record<string, SeenContainer>>;

/**
 * Resolves once the engine runs exactly the services of the release, each with its image, and the local API says that
 * nothing is left to do.
 */
export function untilRuns(
	stage: Stage,
	release: ReleaseView,
	options: { withinMs?: number } = {},
): Promise<SeenServices> {
	return eventually(
		`release ${release.commit} runs`,
		async () => {
			const services = await stage.engine.services();
			const seen = Object.entries(services).map(([name, one]) => [name, one.image, one.state]);
			const wanted = Object.entries(release.images).map(([name, image]) => [
				...[name, image, 'running'],
			]);
			const isSame = JSON.stringify(seen.sort()) === JSON.stringify(wanted.sort());
			if (!isSame) throw new Error(`runs ${JSON.stringify(seen)}`);
			const answer = await stage.api.get('/v2/state/status');
			const { appState, release: commit } = answer.json();
			if (appState === 'applied' && commit === release.commit) return services;
			throw new Error(`status ${answer.text}`);
		},
		options,
	);
}

/** Where the log of the supervisor that was started last ends now. */
export function markLog(stage: Stage): number {
	return stage.supervisor().log().length;
}

/** Resolves once the supervisor that was started last has logged it. @param mark - lines before do not count */
export async function untilLogged(stage: Stage, words: string | RegExp, mark = 0): Promise<void> {
	await eventually(`a log line with ${String(words)}`, () => {
		const text = stage.supervisor().log().slice(mark);
		const isThere = typeof words === 'string' ? text.includes(words) : words.test(text);
		return isThere ? true : undefined;
	});
}

/** Resolves once the cloud has answered so many polls from now on. @returns their statuses */
export function untilPolled(stage: Stage, times: number): Promise<number[]> {
	const path = '^/device/v3/.*/state$';
	const { journal } = stage.cloud();
	const after = journal.list().at(-1)?.id ?? 0;
	return eventually(`${times} polls`, () => {
		const seen = journal.list({ method: 'GET', path, after }).filter(({ status }) => status !== 0);
		return seen.length < times ? undefined : seen.map(({ status }) => status);
	});
}
