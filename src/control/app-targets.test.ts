import { expect } from 'chai';
import { hasCode, type SupervisorError } from '../kit/errors.ts';
import type { TargetState } from '../model/target.ts';
import type { StoredTarget } from '../ports/state-store.ts';
import { createAppTargets, type AppTargets } from './app-targets.ts';

const appOf = (id: number, image = 'registry.example/web:1'): object => ({
	id,
	name: `app-${id}`,
	releases: {
		aaaa: {
			id: 1,
			services: { web: { id: 1, image_id: 1, image, environment: {}, labels: {} } },
		},
	},
});

interface Stage {
	targets: AppTargets;
	stored: StoredTarget | undefined;
	obstacle: string | undefined;
	readonly set: { target: TargetState; force: boolean }[];
}

function stage(stored?: StoredTarget): Stage {
	const set: Stage['set'] = [];
	const one: Stage = { stored, obstacle: undefined, set, targets: undefined as never };
	one.targets = createAppTargets({
		store: {
			loadTarget: () => Promise.resolve(one.stored),
			saveTarget: (target) => {
				one.stored = target;
				return Promise.resolve();
			},
		},
		setTarget: (target, { force }) => void set.push({ target, force }),
		deviceName: () => 'gate-12',
		obstacle: () => one.obstacle,
	});
	return one;
}

async function refusalOf(work: Promise<unknown>): Promise<SupervisorError> {
	const err = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (hasCode(err, 'TARGET_INVALID')) return err;
	return err as SupervisorError;
}

const options = { force: false };

describe('createAppTargets', () => {
	it('must set an app on a device that has no target yet', async () => {
		const one = stage();
		await one.targets.set('uuid-1', appOf(1), { force: true });
		expect(one.stored).to.deep.equal({
			source: 'local',
			document: { name: 'gate-12', config: {}, apps: { 'uuid-1': appOf(1) } },
		});
		expect(one.set.map(({ target, force }) => [target.apps[0]?.appUuid, force])).to.deep.equal([
			['uuid-1', true],
		]);
		expect(await one.targets.read('uuid-1')).to.deep.equal(appOf(1));
	});

	it('must leave the other apps, the name and the configuration as they are', async () => {
		const document = { name: 'x', config: { A: '1' }, apps: { 'uuid-1': appOf(1) } };
		const one = stage({ source: 'cloud', document, etag: 'e' });
		await one.targets.set('uuid-2', appOf(2), options);
		const { target } = one.set[0] ?? {};
		expect(target?.apps.map(({ appUuid }) => String(appUuid))).to.deep.equal(['uuid-1', 'uuid-2']);
		expect(target).to.deep.include({ deviceName: 'x', config: { A: '1' } });
		await one.targets.remove('uuid-1', options);
		expect(one.set[1]?.target.apps.map(({ appUuid }) => String(appUuid))).to.deep.equal(['uuid-2']);
	});

	it('must refuse an app that is not valid, and change nothing', async () => {
		const one = stage();
		const err = await refusalOf(one.targets.set('uuid-1', { name: 'x' }, options));
		expect(err.code).to.equal('TARGET_INVALID');
		expect(err.message).to.include('id');
		expect([one.stored, one.set.length]).to.deep.equal([undefined, 0]);
	});

	it('must know no app that is not in the target', async () => {
		const one = stage();
		expect((await refusalOf(one.targets.read('constructor'))).code).to.equal('APP_NOT_FOUND');
		expect((await refusalOf(one.targets.remove('x', options))).code).to.equal('APP_NOT_FOUND');
	});

	it('must refuse while somebody else has the say', async () => {
		const one = stage();
		one.obstacle = 'local mode is on';
		const err = await refusalOf(one.targets.set('uuid-1', appOf(1), options));
		expect([err.code, err.message]).to.deep.equal(['TARGET_NOT_SETTABLE', 'local mode is on']);
	});
});
