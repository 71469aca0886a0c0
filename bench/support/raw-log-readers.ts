import { request, type ClientRequest } from 'node:http';
import type { BenchDevice } from './bench-device.ts';
import { createLineCount, type LineCount } from './line-count.ts';

/** Reads logs from the engine as little as can be done: it counts lines. */
export interface RawLogReaders {
	count(): LineCount;
	leave(): void;
}

/** Resolves when all of them are being followed, from now on. */
export async function followRaw(
	{ ip }: BenchDevice,
	containers: readonly string[],
): Promise<RawLogReaders> {
	const counters = containers.map(() => createLineCount());
	const open = containers.map((id, index) => followOne({ ip, id }, (b) => counters[index]?.add(b)));
	const requests = await Promise.all(open);
	return {
		count: () => {
			const all = counters.map((counter) => counter.read());
			return {
				lines: all.reduce((sum, { lines }) => sum + lines, 0),
				told: 0,
				lastAtMs: Math.max(...all.map(({ lastAtMs }) => lastAtMs)),
			};
		},
		leave: () => {
			for (const one of requests) one.destroy();
		},
	};
}

function followOne(
	{ ip, id }: { readonly ip: string; readonly id: string },
	take: (bytes: Buffer) => void,
): Promise<ClientRequest> {
	const path = `/v1.40/containers/${id}/logs?follow=1&stdout=1&stderr=1&timestamps=1&tail=0`;
	return new Promise((resolve, reject) => {
		const asked = request({ host: ip, port: 2375, path }, (answer) => {
			answer.on('data', take).on('error', () => undefined);
			resolve(asked);
		});
		asked.once('error', reject);
		asked.end();
		asked.on('error', () => undefined); // it is left
	});
}
