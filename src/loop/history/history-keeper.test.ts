import { expect } from 'chai';
import { silentLogger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import { HistoryEntry, type NewHistoryEntry } from '../../model/history.ts';
import type { AppUuid } from '../../model/ids.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { AppCondition, AppPhase } from '../../model/snapshot.ts';
import { decodeTargetDevice } from '../../model/target-document.ts';
import type { TargetState } from '../../model/target.ts';
import type { SeenRequest } from '../../report/history-requests.ts';
import { createHistoryKeeper, type HistoryKeeper } from './history-keeper.ts';

function targetOf(releases: Readonly<Record<string, string>>, env = 'a'): TargetState {
	const apps = Object.entries(releases).map(([uuid, commit], index) => {
		const service = { id: 1, image_id: 1, image: 'x', environment: { MODE: env }, labels: {} };
		const release = { id: 1, services: { web: service } };
		return [uuid, { id: index + 1, name: `name of ${uuid}`, releases: { [commit]: release } }];
	});
	return decodeTargetDevice({ name: 'd', config: {}, apps: Object.fromEntries(apps) as object });
}

const step = (kind: 'startContainer' | 'stopContainer', cause: string, appUuid = 'u'): Step => ({
	...{ kind, id: `${kind} web`, resource: 'web', cause, after: [], container: 'c' },
	...{ appUuid: appUuid as AppUuid, serviceName: 'web' },
});

describe('createHistoryKeeper', () => {
	let written: NewHistoryEntry[];
	let commits: Record<string, string>;
	let clock: FakeClock;
	let keeper: HistoryKeeper;
	beforeEach(() => {
		written = [];
		commits = {};
		clock = createFakeClock();
		keeper = createHistoryKeeper({
			store: {
				addHistory(entry) {
					written.push(entry);
					return Promise.resolve();
				},
			},
			snapshot: () => ({ currentCommits: commits }),
			appIdOf: (appUuid) => (appUuid === 'u' ? 1 : undefined),
			clock,
			log: silentLogger,
		});
	});

	const stand = (phase: AppPhase, reason = ''): void => {
		const condition: AppCondition = { phase, reason, since: 0, failures: 0 };
		keeper.conditions({ u: condition });
	};
	/** A plan of one step, begun but not settled. */
	const work = (cause: string, isAsked = false): void => {
		const plan: Plan = { steps: [step('startContainer', cause)] };
		keeper.planMade({ appUuid: 'u', plan, isAsked });
		stand('applying');
		for (const one of plan.steps) keeper.progress({ kind: 'stepDone', step: one, tookMs: 1 });
	};
	const history = async (): Promise<NewHistoryEntry[]> => {
		await keeper.flush();
		for (const entry of written) HistoryEntry.parse({ id: 1, ...entry });
		return written;
	};

	it('must write an installation down once, when it is settled, by whom the target came', async () => {
		keeper.targetAccepted(targetOf({ u: 'c1' }), 'preload');
		work('absent');
		await clock.advance(5000);
		work('not running');
		expect(await history()).to.deep.equal([]);
		stand('settled');
		const [entry, ...others] = await history();
		expect(others).to.deep.equal([]);
		expect(entry).to.deep.include({
			...{ kind: 'install', by: { kind: 'preload' }, outcome: 'done', toCommit: 'c1' },
			...{ appUuid: 'u', appId: 1, appName: 'name of u', tookMs: 5000, steps: 2 },
			services: [{ serviceName: 'web', change: 'started', cause: 'not running' }],
		});
	});

	it('must tell an update with the release before and after', async () => {
		commits = { u: 'c1' };
		keeper.targetAccepted(targetOf({ u: 'c1' }), 'cloud');
		keeper.targetAccepted(targetOf({ u: 'c2' }), 'cloud');
		work('image changed');
		stand('settled');
		expect((await history())[0]).to.include({ kind: 'update', fromCommit: 'c1', toCommit: 'c2' });
	});

	it('must lay what happens without a new target at the engine’s door', async () => {
		commits = { u: 'c1' };
		keeper.targetAccepted(targetOf({ u: 'c1' }), 'cloud');
		work('container is gone');
		stand('settled');
		expect((await history())[0]).to.deep.include({
			kind: 'repair',
			by: { kind: 'engine' },
			cause: 'web: container is gone',
		});
	});

	it('must tell a changed variable from a repair, and a repair from a change that needed nothing', async () => {
		commits = { u: 'c1' };
		stand('settled');
		keeper.targetAccepted(targetOf({ u: 'c1' }), 'cloud');
		keeper.targetAccepted(targetOf({ u: 'c1' }, 'b'), 'local');
		work('environment.MODE');
		stand('settled');
		keeper.targetAccepted(targetOf({ u: 'c1' }, 'c'), 'cloud');
		stand('settled'); // as the board says it before the app begins
		stand('applying');
		stand('settled');
		work('container is gone');
		stand('settled');
		expect((await history()).map(({ kind, by }) => [kind, by.kind])).to.deep.equal([
			['update', 'localMode'],
			['repair', 'engine'],
		]);
	});

	it('must tell what another target cut short, and what failed on the way', async () => {
		keeper.targetAccepted(targetOf({ u: 'c1' }), 'cloud');
		work('absent');
		keeper.progress({
			...{ kind: 'stepFailed', step: step('startContainer', 'absent'), tookMs: 1 },
			err: new Error('port 80 is taken'),
		});
		keeper.targetAccepted(targetOf({ u: 'c2' }), 'cloud');
		work('image changed');
		stand('settled');
		const [first, second] = await history();
		expect(first).to.include({ outcome: 'superseded', toCommit: 'c1', failures: 1 });
		expect(first?.error).to.equal('startContainer web: port 80 is taken');
		expect(second).to.include({ outcome: 'done', toCommit: 'c2', failures: 0 });
	});

	it('must write nothing of a plan of which nothing was done', async () => {
		keeper.targetAccepted(targetOf({ u: 'c1' }), 'cloud');
		keeper.planMade({ appUuid: 'u', plan: { steps: [] }, isAsked: false });
		stand('settled');
		expect(await history()).to.deep.equal([]);
	});

	it('must tell an app that went, and one whose release can never run', async () => {
		commits = { u: 'c1' };
		keeper.targetAccepted(targetOf({ u: 'c1' }), 'cloud');
		keeper.targetAccepted(targetOf({}), 'cloud');
		work('not in the target');
		keeper.conditions({});
		commits = {};
		keeper.targetAccepted(targetOf({ u: 'c3' }), 'cloud');
		work('absent');
		stand('rejected', 'made for another architecture');
		const seen = (await history()).map(({ kind, outcome, error }) => [kind, outcome, error]);
		expect(seen).to.deep.equal([
			['remove', 'done', undefined],
			['install', 'failed', 'made for another architecture'],
		]);
	});

	it('must end a change that waits for a reboot, and no change that waits for another service', async () => {
		keeper.targetAccepted(targetOf({ u: 'c1' }), 'cloud');
		work('absent');
		stand('waiting', 'web: db is not healthy yet');
		expect(await history()).to.deep.equal([]);
		stand('waiting', 'for a reboot to start web');
		expect(await history()).to.have.lengthOf(1);
	});

	it('must tell what was refused', async () => {
		keeper.targetAccepted(targetOf({}), 'cloud');
		const rejected = [{ appUuid: 'u', appId: 1, name: 'n', reasons: ['no image', 'no id'] }];
		keeper.targetAccepted({ ...targetOf({}), rejected }, 'cloud');
		keeper.targetAccepted({ ...targetOf({}), rejected: [...rejected] }, 'cloud');
		keeper.targetRejected('not an object', 'cloud');
		const seen = (await history()).map(({ kind, outcome, error }) => [kind, outcome, error]);
		expect(seen).to.deep.equal([
			['target', 'refused', 'no image; no id'],
			['target', 'refused', 'not an object'],
		]);
	});

	const request: SeenRequest = {
		...{ method: 'post', path: '/v1/restart', status: 200, tookMs: 40 },
		...{ params: {}, body: { appId: 1 }, by: { kind: 'localApi', scope: 'global' } },
	};

	it('must tell a request once, not what it made the loop do', async () => {
		commits = { u: 'c1' };
		keeper.targetAccepted(targetOf({ u: 'c1' }), 'cloud');
		work('asked for', true);
		stand('settled');
		keeper.requested(request);
		const [entry, ...others] = await history();
		expect(others).to.deep.equal([]);
		expect(entry).to.deep.include({ kind: 'restart', by: request.by, appUuid: 'u', tookMs: 40 });
	});

	it('must tell a reboot that was asked for as a request, and another as the supervisor’s', async () => {
		keeper.requested({ ...request, path: '/v1/reboot', status: 202, body: {} });
		keeper.goingDown('reboot');
		await clock.advance(60_000);
		keeper.goingDown('reboot');
		expect((await history()).map(({ kind, by }) => [kind, by.kind])).to.deep.equal([
			['reboot', 'localApi'],
			['reboot', 'supervisor'],
		]);
	});
});
