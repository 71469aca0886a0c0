import { expect } from 'chai';
import type { HttpClient } from '../cloud/http.ts';
import { SupervisorError } from '../kit/errors.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { createCounts } from '../report/metrics.ts';
import { createHttpMeasures } from './measured-http.ts';

const signal = new AbortController().signal;
const poll = { method: 'GET', url: 'https://c/device/v3/u/state', signal } as const;
const report = { method: 'PATCH', url: 'https://c/device/v3/state', signal } as const;

describe('createHttpMeasures', () => {
	it('must count requests, and tell when the cloud comes and goes, once each', async () => {
		const clock = createFakeClock();
		const counts = createCounts();
		const measures = createHttpMeasures(counts, clock);
		const events: string[] = [];
		measures.tell(({ type }) => events.push(type));
		let status: number | undefined;
		const http: HttpClient = {
			close: () => undefined,
			send() {
				if (status !== undefined) {
					const answer = { host: 'c', status, headers: {}, text: '', retryAfterMs: undefined };
					return Promise.resolve(answer);
				}
				const code = 'CLOUD_UNREACHABLE';
				return Promise.reject(new SupervisorError('no answer', { code }));
			},
		};
		const measured = measures.measure(http);
		expect(measures.isUp()).to.equal(undefined);
		await measured.send({ ...poll, url: 'https://registry/v2/' }).catch(() => undefined);
		expect(measures.isUp()).to.equal(undefined);
		const outcomes: (number | undefined)[] = [undefined, undefined, 304, 200, 401, undefined];
		for (const [index, outcome] of outcomes.entries()) {
			status = outcome;
			await measured.send(index === 3 ? report : poll).catch(() => undefined);
		}
		expect(events).to.deep.equal(['cloud.down', 'cloud.up', 'cloud.down']);
		expect(measures.isUp()).to.equal(false);
		expect([...measures.successes().keys()]).to.deep.equal(['poll', 'report']);
		expect(counts.cloudRequests.read()).to.deep.equal([
			{ labels: { request: 'other', outcome: 'unreachable' }, value: 1 },
			{ labels: { request: 'poll', outcome: 'unreachable' }, value: 3 },
			{ labels: { request: 'poll', outcome: 'ok' }, value: 1 },
			{ labels: { request: 'report', outcome: 'ok' }, value: 1 },
			{ labels: { request: 'poll', outcome: 'refused' }, value: 1 },
		]);
	});
});
