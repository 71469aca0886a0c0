import { expect } from 'chai';
import type { ObservedImage } from '../model/observed.ts';
import { decodeLocalDocument } from '../model/target/local-document.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import { toLocalRecord, toLocalTarget, withoutFleet } from './local-target.ts';

const releaseOf = (image: string): object => ({
	id: 1,
	services: { web: { id: 1, image_id: 1, image, environment: {}, labels: {} } },
});

const base = decodeTargetDevice({
	name: 'gate-12',
	config: { SUPERVISOR_POLL_INTERVAL: '900000', RESIN_SUPERVISOR_LOCAL_MODE: '1' },
	apps: {
		fleet: { id: 4711, name: 'cold-chain', releases: { c: releaseOf('registry.example/fleet') } },
		block: {
			id: 9,
			name: 'block',
			class: 'block',
			releases: { c: releaseOf('registry.example/b') },
		},
	},
});

const post = (local: object) =>
	decodeLocalDocument({
		local: {
			apps: {
				'1': {
					name: 'localapp',
					commit: 'abc',
					releaseId: '1',
					services: {
						'1': { imageId: 1, serviceName: 'main', serviceId: 1, image: 'local_image_main' },
					},
				},
			},
			...local,
		},
	});

const image = (engineImageId: string): ObservedImage => ({
	engineImageId,
	references: ['local_image_main:latest'],
	sizeBytes: 1,
	labels: {},
});

const managed = { keepsFleet: false };

describe('the target in local mode', () => {
	it("must be the posted apps and the cloud's own ones, but none of the fleet's", () => {
		const target = toLocalTarget(base, toLocalRecord(post({}), base, []), managed);
		expect(target.apps.map(({ appUuid }) => appUuid)).to.deep.equal(['1', 'block']);
		expect(target.keepsImages).to.equal(true);
		expect(target.apps.map(({ hasOwnImages }) => hasOwnImages)).to.deep.equal([true, undefined]);
	});

	it('must accept containers of the image that the tag named when it was set', () => {
		const record = toLocalRecord(post({}), base, [image('sha256:a')]);
		const [service] = toLocalTarget(base, record, managed).apps[0]?.release?.services ?? [];
		expect(service?.engineImageId).to.equal('sha256:a');
		expect(service?.image).to.equal('local_image_main');
	});

	it('must be another one once the tag names another image, although the text is the same', () => {
		const targets = ['sha256:a', 'sha256:b'].map((id) =>
			toLocalTarget(base, toLocalRecord(post({}), base, [image(id)]), managed),
		);
		expect(targets[0]).to.not.deep.equal(targets[1]);
	});

	it('must have no fleet app before anything was posted, but on a device without a cloud', () => {
		const uuidsOf = (keepsFleet: boolean): string[] =>
			toLocalTarget(base, undefined, { keepsFleet }).apps.map(({ appUuid }) => appUuid);
		expect(uuidsOf(false)).to.deep.equal(['block']);
		expect(uuidsOf(true)).to.deep.equal(['fleet', 'block']);
	});

	it("must follow the cloud's name and configuration where the client sent back what it was told", () => {
		const { deviceName: name, config } = base;
		const record = toLocalRecord(post({ name, config }), base, []);
		expect(record.config).to.deep.equal({});
		const renamed = { ...base, deviceName: 'gate-13', config: { A: '1' } };
		const target = toLocalTarget(renamed, record, managed);
		expect([target.deviceName, target.config]).to.deep.equal(['gate-13', { A: '1' }]);
	});

	it('must hold what was posted otherwise, but for the switch of local mode itself', () => {
		const config = {
			SUPERVISOR_POLL_INTERVAL: '1000',
			BALENA_SUPERVISOR_LOCAL_MODE: '0',
			RESIN_SUPERVISOR_LOCAL_MODE: '0',
			SUPERVISOR_LOCAL_MODE: '0',
		};
		const target = toLocalTarget(base, toLocalRecord(post({ config }), base, []), managed);
		expect(target.config).to.deep.equal({ ...base.config, SUPERVISOR_POLL_INTERVAL: '1000' });
	});

	it('must be all of what was posted on a device that has nothing else', () => {
		const record = toLocalRecord(post({ name: 'bench-3', config: { A: '1' } }), undefined, []);
		const target = toLocalTarget(undefined, record, { keepsFleet: true });
		expect([target.deviceName, target.config]).to.deep.equal(['bench-3', { A: '1' }]);
	});

	it('must prefer a posted app to one of the cloud that has its number', () => {
		const cloud = {
			...base,
			apps: base.apps.map((app) => ({
				...app,
				appId: post({}).target.apps[0]?.appId ?? app.appId,
			})),
		};
		const target = toLocalTarget(cloud, toLocalRecord(post({}), cloud, []), managed);
		expect(target.apps.map(({ appUuid }) => appUuid)).to.deep.equal(['1']);
	});
});

describe('the services of the operating system', () => {
	it('must stay in local mode, whatever class their app is given', () => {
		const host = base.apps.map((app) => ({ ...app, isHost: true }));
		const { apps } = toLocalTarget({ ...base, apps: host }, undefined, managed);
		expect(apps.map(({ appUuid }) => appUuid)).to.deep.equal(['fleet', 'block']);
	});
});

describe('the target while local mode is left', () => {
	it('must have neither posted apps nor those of the fleet, and keep the images', () => {
		const { apps, keepsImages, config } = withoutFleet(base);
		expect(apps.map(({ appUuid }) => appUuid)).to.deep.equal(['block']);
		expect([keepsImages, config]).to.deep.equal([true, base.config]);
	});
});
