import { get, type IncomingMessage } from 'node:http';
import { eventually } from '../../test/support/eventually.ts';
import type { BenchSupervisor } from './bench-supervisor.ts';

/** Readers of `/v3/events`, each on a connection of its own. */
export interface EventReaders {
	/** Resolves when each of them has been told so often. @returns milliseconds between first and last event */
	untilTold(count: number): Promise<number>;
	leave(): void;
}

interface Seen {
	readonly answer: IncomingMessage;
	count: number;
}

const longestMs = 60_000;

/** @param word - what each event that counts has in its text, once */
export async function openEventReaders(
	{ apiUrl, apiKey }: Pick<BenchSupervisor, 'apiUrl' | 'apiKey'>,
	{ readers, query, word }: { readers: number; query: string; word: string },
): Promise<EventReaders> {
	const url = `${apiUrl}/v3/events?${query}`;
	const seen: Seen[] = [];
	let [firstAt, lastAt] = [Number.NaN, Number.NaN];
	const open = (): Promise<void> =>
		new Promise((resolve, reject) => {
			const headers = { authorization: `Bearer ${apiKey}` };
			get(url, { agent: false, headers }, (answer) => {
				const one: Seen = { answer, count: 0 };
				seen.push(one);
				let rest = '';
				answer.setEncoding('utf8').on('data', (text: string) => {
					const parts = `${rest}${text}`.split(word);
					rest = parts.at(-1)?.slice(-word.length) ?? '';
					if (parts.length === 1) return;
					one.count += parts.length - 1;
					lastAt = performance.now();
					if (Number.isNaN(firstAt)) firstAt = lastAt;
				});
				answer.on('error', () => undefined); // it left
				if (answer.statusCode === 200) resolve();
				else reject(new Error(`GET ${url}: ${answer.statusCode}`));
			}).once('error', reject);
		});
	for (let index = 0; index < readers; index += 1) await open();
	const isTold = (count: number): true | undefined =>
		seen.every((one) => one.count >= count) ? true : undefined;
	return {
		async untilTold(count) {
			const limits = { withinMs: longestMs, everyMs: 20 };
			await eventually(`${readers} readers told`, () => isTold(count), limits);
			return lastAt - firstAt;
		},
		leave: () => seen.forEach(({ answer }) => answer.destroy()),
	};
}
