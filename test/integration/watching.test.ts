import { spawn } from 'node:child_process';
import { expect } from 'chai';
import { createConformance } from '../../src/api/v3/testing/conforms.ts';
import { DeviceEvent } from '../../src/model/event.ts';
import { HistoryEntry } from '../../src/model/history.ts';
import { shellBlocks } from '../../tools/check/document-runs.ts';
import { runPromtool } from '../../tools/check/promtool.ts';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { twoServices } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { readApiKey } from '../support/supervisor-process.ts';
import { untilRuns } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

/** One story: each test goes on where the one before ended. */
describe('a device that is watched', () => {
	const stage = useStage();
	const conforms = createConformance();
	let release: ReleaseView;
	let lastId = 0;

	/** What the event stream replays after a number, by the supervisor that runs now. */
	async function eventsAfter(id: number): Promise<readonly DeviceEvent[]> {
		const key = await readApiKey(stage().folder);
		const stop = new AbortController();
		const response = await fetch(
			`http://127.0.0.1:${stage().folder.apiPort}/v3/events?after=${id}`,
			{
				headers: { authorization: `Bearer ${key}` },
				signal: stop.signal,
			},
		);
		let text = '';
		for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
			text += Buffer.from(chunk).toString('utf8');
			if (text.endsWith('\n\n')) break; // what is replayed comes at once
		}
		stop.abort();
		return text
			.split('\n')
			.filter((line) => line.startsWith('data: '))
			.map((line) => DeviceEvent.parse(JSON.parse(line.slice('data: '.length))));
	}

	/** Waits until the stream has told an event. @returns all of them so far */
	const untilTold = (
		what: string,
		isIt: (event: DeviceEvent) => boolean,
	): Promise<readonly DeviceEvent[]> =>
		eventually(what, async () => {
			const events = await eventsAfter(lastId);
			return events.some(isIt) ? events : undefined;
		});

	async function history(): Promise<readonly HistoryEntry[]> {
		const answer = await stage().api.get('/v3/history');
		const body = answer.json();
		conforms('GET /v3/history', { status: answer.status, type: 'application/json', body });
		return HistoryEntry.array().parse(body.entries);
	}

	const settled = (event: DeviceEvent): boolean =>
		event.type === 'app.condition' && event.phase === 'settled';

	before(async () => {
		const { web1: web, worker1: worker } = stage().registry.images;
		release = await stage().release(twoServices, { web, worker });
		await stage().configure(stage().config);
		await stage().start();
		await untilRuns(stage(), release);
	});

	it('must tell of the first release from its target to its end', async () => {
		const events = await untilTold('the app is settled', settled);
		const types = events.map(({ type }) => type);
		expect(types).to.include.members([
			...['supervisor.started', 'engine.up', 'cloud.up', 'target.accepted', 'plan.made'],
			...['step.started', 'step.done', 'container.created', 'container.started'],
		]);
		const order = ['target.accepted', 'plan.made', 'step.done', 'container.started'] as const;
		const places = order.map((type) => types.indexOf(type));
		expect(places).to.deep.equal([...places].sort((a, b) => a - b));
		const ids = events.map(({ id }) => id ?? 0);
		expect(ids).to.deep.equal([...ids].sort((a, b) => a - b));
		const started = events.find(({ type }) => type === 'container.started');
		expect(started).to.include({ appUuid: stage().fleet.uuid, appId: stage().fleet.id });
	});

	it('must tell the same to the command of docs/events.md', async () => {
		const [block] = shellBlocks('docs/events.md', 'Events');
		const curl = spawn(
			'bash',
			['-euc', `exec ${block?.text.replace('48484', String(stage().folder.apiPort))}`],
			{
				env: { ...process.env, DEVICE: '127.0.0.1', KEY: await readApiKey(stage().folder) },
				stdio: ['ignore', 'pipe', 'ignore'],
			},
		);
		let said = '';
		curl.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
		try {
			await eventually('a step and the state of the app', () =>
				/^event: step\.done$/m.test(said) && /^event: app\.condition$/m.test(said)
					? true
					: undefined,
			);
		} finally {
			curl.kill();
		}
		expect(said).not.to.match(/^event: (target|plan|container)\./m);
	});

	it('must write the installation down as the cloud’s', async () => {
		const [entry, ...others] = await eventually('an entry', async () => {
			const entries = await history();
			return entries.length === 0 ? undefined : entries;
		});
		expect(others).to.deep.equal([]);
		expect(entry).to.deep.include({ kind: 'install', outcome: 'done', by: { kind: 'cloud' } });
		expect(entry).to.include({ toCommit: release.commit, appId: stage().fleet.id, failures: 0 });
		expect(entry?.services.map(({ serviceName }) => serviceName)).to.have.members([
			'web',
			'worker',
		]);
	});

	it('must write a request down as that of its key, once', async () => {
		const appId = stage().fleet.id;
		await stage().api.post(`/v2/applications/${appId}/restart-service`, { serviceName: 'web' });
		const entries = await eventually('a second entry', async () => {
			const seen = await history();
			return seen.length < 2 ? undefined : seen;
		});
		expect(entries).to.have.lengthOf(2);
		expect(entries[0]).to.deep.include({
			...{ kind: 'restart', text: 'restart of web', outcome: 'done', appId },
			by: { kind: 'localApi', scope: 'global' },
		});
	});

	it('must lay what was done by hand at the engine’s door', async () => {
		const { web } = await untilRuns(stage(), release);
		await stage().device.docker('rm', '-f', String(web?.id));
		const entries = await eventually('a third entry', async () => {
			const seen = await history();
			return seen.length < 3 ? undefined : seen;
		});
		expect(entries[0]).to.deep.include({ kind: 'repair', by: { kind: 'engine' }, outcome: 'done' });
		expect(entries[0]?.services.map(({ serviceName }) => serviceName)).to.deep.equal(['web']);
		const events = await eventsAfter(0);
		expect(events.some((event) => event.type === 'container.removed')).to.equal(true);
	});

	it('must give Prometheus what it measures, of every service too', async () => {
		await untilRuns(stage(), release);
		const text = await eventually('a scrape with the memory of each service', async () => {
			const { status, text: found } = await stage().api.get('/metrics');
			expect(status).to.equal(200);
			return /^holdfast_service_memory_bytes\{.*service="worker"/m.test(found) ? found : undefined;
		});
		for (const line of [
			/^holdfast_steps_total\{kind="startContainer",outcome="done"\} [1-9]/m,
			/^holdfast_pulls_total\{outcome="ok"\} [1-9]/m,
			/^holdfast_pulled_bytes_total \d/m,
			/^holdfast_engine_calls_total\{method="createContainer",outcome="ok"\} [1-9]/m,
			/^holdfast_cloud_requests_total\{request="poll",outcome="ok"\} [1-9]/m,
			/^holdfast_cloud_requests_total\{request="report",outcome="ok"\} [1-9]/m,
			/^holdfast_cloud_up 1$/m,
			/^holdfast_service_up\{.*service="web"\} 1$/m,
			/^holdfast_service_memory_bytes\{.*service="worker"\} [1-9]/m,
			/^holdfast_http_requests_total\{method="POST",route="\/v2\/applications\/:appId\/restart-service",status="200"\} 1$/m,
		]) {
			expect(text).to.match(line);
		}
		const { status: verdict, text: problems } = runPromtool(['check', 'metrics'], text);
		if (verdict !== undefined) expect(verdict, problems).to.equal(0);
	});

	it('must go on where it was after an orderly end, and tell the gap after a crash', async () => {
		const before = await eventsAfter(0);
		lastId = before.at(-1)?.id ?? 0;
		await stage().supervisor().stop();
		await stage().start();
		const after = await untilTold('a start', ({ type }) => type === 'supervisor.started');
		expect(after[0]?.id).to.equal(lastId + 1);
		expect(after.map(({ type }) => type)).not.to.include('gap');
		expect((await eventsAfter(0)).slice(0, before.length)).to.deep.equal(before);
		await stage().supervisor().kill();
		await stage().start();
		const [gap] = await untilTold('a gap', ({ type }) => type === 'gap');
		expect(await history()).to.have.lengthOf(3);
		expect(gap?.id).to.be.greaterThan(lastId);
	});
});
