import { expect } from 'chai';
import { ConfigJson } from '../config/config-json.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import { sketchTarget } from '../plan/testing/sketch.ts';
import { createSettingsHolder } from './settings-holder.ts';
import { createTargetSetter } from './target-setter.ts';

const facts = { deviceType: 'generic-amd64', deviceArch: 'amd64', macAddress: '', ipAddress: '' };

const targetNeeding = (slug: string, config: Readonly<Record<string, string>> = {}): TargetState =>
	decodeTargetDevice({
		name: 'x',
		config,
		apps: {
			a: {
				id: 1,
				name: 'hello',
				releases: {
					c1: {
						id: 1,
						services: {
							web: {
								...{ id: 1, image_id: 1, image: 'r/web', environment: {}, labels: {} },
								contract: { requires: [{ type: 'arch.sw', slug }] },
							},
						},
					},
				},
			},
		},
	});

describe('createTargetSetter', () => {
	const open = async () => {
		const targets: TargetState[] = [];
		const said: string[] = [];
		const settings = createSettingsHolder(ConfigJson.parse({}));
		const setTarget = await createTargetSetter(
			{
				settings,
				version: '20.0.0',
				host: {
					system: () => Promise.resolve(facts),
					facts: () => Promise.resolve(facts),
					metrics: () => Promise.resolve({}),
					hasPath: () => Promise.resolve(false),
				},
			},
			{
				reconciler: { setTarget: (target) => void targets.push(target) },
				announce: (message) => void said.push(message),
			},
		);
		return { setTarget, targets, said, settings };
	};

	it('must put the settings in force and pass on what fits the device', async () => {
		const { setTarget, targets, said, settings } = await open();
		setTarget(targetNeeding('amd64', { BALENA_SUPERVISOR_POLL_INTERVAL: '123000' }));
		expect(settings.current().pollIntervalMs).to.equal(123_000);
		expect(targets[0]?.apps).to.have.length(1);
		expect(said).to.deep.equal([]);
	});

	it('must tell once of a value that it does not understand, for as long as it stays', async () => {
		const { setTarget, said, settings } = await open();
		const set = (value: string): void =>
			setTarget(targetNeeding('amd64', { BALENA_SUPERVISOR_POLL_INTERVAL: value, EXTRA: value }));
		for (const value of ['soon', 'soon', '20000', 'soon']) set(value);
		expect(settings.current().pollIntervalMs).to.equal(900_000);
		const message =
			'BALENA_SUPERVISOR_POLL_INTERVAL must be an integer, got "soon"; the default is used';
		expect(said.filter((text) => !text.includes('configuration change'))).to.deep.equal([
			message,
			message,
		]);
		set('later');
		expect(said.at(-1)).to.include('got "later"');
	});

	it('must say what changes in the configuration, but not what the first target of a process brings', async () => {
		const { setTarget, said } = await open();
		for (const interval of ['30000', '30000', '40000']) {
			setTarget(targetNeeding('amd64', { SUPERVISOR_POLL_INTERVAL: interval }));
		}
		const change = '{"SUPERVISOR_POLL_INTERVAL":"40000"}';
		expect(said).to.deep.equal([
			`Applying configuration change ${change}`,
			`Applied configuration change ${change}`,
		]);
	});

	it('must say once for a release what of it has no effect', async () => {
		const { setTarget, said } = await open();
		const release = (commit: string): TargetState =>
			sketchTarget({ commit, services: { web: { compose: { profiles: ['x'] } } } });
		const message = (commit: string): string =>
			`Without effect in release ${commit} of app hello: services.web.profiles: every service of a release runs`;
		for (const commit of ['c1', 'c1', 'c2', 'c2']) setTarget(release(commit));
		expect(said).to.deep.equal([message('c1'), message('c2')]);
	});

	it('must reject what does not fit, and say so until it is otherwise', async () => {
		const { setTarget, targets, said } = await open();
		setTarget(targetNeeding('aarch64'));
		setTarget(targetNeeding('aarch64'));
		expect(targets.map(({ apps, rejected }) => [apps.length, rejected.length])).to.deep.equal([
			[0, 1],
			[0, 1],
		]);
		expect(said).to.deep.equal([
			'Some releases were rejected due to having unmet requirements: ' +
				'app hello, release c1, service web needs arch.sw aarch64 (the device has amd64)',
		]);
		setTarget(targetNeeding('amd64'));
		setTarget(targetNeeding('aarch64'));
		expect(said).to.have.length(2);
	});
});
