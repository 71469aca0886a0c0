import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { ApiDeps } from '../../src/api/deps.ts';
import { depsOf, globalKey } from '../../src/api/testing/fixture.ts';
import { apiOf } from '../../src/api/testing/serve.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { createLogHub } from '../../src/logs/log-hub.ts';
import type { LocalLogLine } from '../../src/model/log-line.ts';
import type { EngineLogLine } from '../../src/ports/container-engine.ts';
import { eventually } from '../support/eventually.ts';

describe('a slow reader of logs', function () {
	this.timeout(120_000);
	let server: Server;
	afterEach(() => {
		server.closeAllConnections();
		server.close();
	});

	async function open(path: string, change: (deps: ApiDeps) => ApiDeps): Promise<IncomingMessage> {
		server = createServer(apiOf(change(depsOf({ log: [] }))));
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo;
		const headers = { authorization: `Bearer ${globalKey}` };
		const request = get({ host: '127.0.0.1', port, path, headers, agent: false });
		const [answer] = (await once(request, 'response')) as [IncomingMessage];
		answer.on('error', () => undefined); // it is left in the midst
		return answer;
	}

	it('must lose lines of the local stream, be told how many, and cost no more than its bounds', async () => {
		const hub = createLogHub({ clock: systemClock });
		const answer = await open('/v2/local/logs', (deps) => ({
			...deps,
			local: { ...deps.local, isOn: true, logs: (signal) => hub.read(signal) },
		}));
		await eventually('the reader', () => (hub.readerCount === 1 ? true : undefined));
		const total = 200_000;
		const filler = 'x'.repeat(100);
		for (let n = 0; n < total; n++) {
			hub.write({
				...{ message: `${n} ${filler}`, timestampMs: 1, isSystem: false, isStdErr: false },
				...{ serviceId: 1, serviceName: 'main' },
			});
			if (n % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
		}
		const [seen, told] = await readUntil(answer, total);
		expect(told).to.be.greaterThan(0);
		expect(seen + told).to.equal(total);
		answer.destroy();
		await eventually('nobody', () => (hub.readerCount === 0 ? true : undefined));
	});

	it('must not have the engine read ahead of it, and lose nothing', async () => {
		let read = 0;
		async function* endless(): AsyncGenerator<EngineLogLine> {
			for (;;) {
				read += 1;
				yield { message: 'x'.repeat(1000), isStdErr: false, stamp: `2026-01-01T00:00:00.${read}Z` };
				if (read % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
			}
		}
		const path = '/v3/apps/uuid-1/services/main/logs?follow=1';
		const answer = await open(path, (deps) => ({
			...deps,
			engine: { ...deps.engine, containerLogs: () => endless() },
		}));
		answer.pause();
		let [looks, before] = [0, -1];
		await eventually(
			'a stand-still',
			() => {
				looks = read === before ? looks + 1 : 0;
				before = read;
				return looks === 20 ? true : undefined;
			},
			{ withinMs: 60_000, everyMs: 10 },
		);
		expect(read).to.be.lessThan(64 * 1024); // what the kernel takes, and not all there is
		answer.destroy();
	});
});

/** @returns lines that came, and lines of which it was told that they are missing */
async function readUntil(answer: IncomingMessage, total: number): Promise<[number, number]> {
	let [seen, told, rest] = [0, 0, ''];
	for await (const chunk of answer.setEncoding('utf8')) {
		const parts = (rest + String(chunk)).split('\n');
		rest = parts.pop() ?? '';
		for (const part of parts) {
			const { message, isSystem = false } = JSON.parse(part) as LocalLogLine;
			told += Number(/^Warning: Suppressed (\d+) message/.exec(message)?.[1] ?? 0);
			seen += isSystem ? 0 : 1;
		}
		if (seen + told >= total) break;
	}
	return [seen, told];
}
