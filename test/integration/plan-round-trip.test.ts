import Bluebird from 'bluebird';
import { expect } from 'chai';
import type { z } from 'zod';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { createExecutor, type Executor } from '../../src/execute/executor.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/logger.ts';
import type { Intent } from '../../src/model/plan.ts';
import { fieldDocs } from '../../src/model/composition/field.ts';
import { fields } from '../../src/model/composition/fields.ts';
import { networkFields } from '../../src/model/composition/network-fields.ts';
import { volumeFields } from '../../src/model/composition/volume-fields.ts';
import { observeDevice } from '../../src/observe/observe-device.ts';
import { computeAppPlan } from '../../src/plan/app-plan.ts';
import { toContainerSpec } from '../../src/plan/compose/container-spec.ts';
import { describePlan } from '../../src/plan/describe-plan.ts';
import { sketchApp, sketchContext, type AppSketch } from '../../src/plan/testing/sketch.ts';
import { engineOf } from './support/device.ts';
import { everyField } from './support/every-field.ts';
import { baseImage as image } from './support/images.ts';
import { differencesOf } from './support/read-back.ts';
import { useDevice } from './support/shared.ts';

const never = new AbortController().signal;
const nothing = (): Promise<void> => Promise.resolve();

const app = everyField;
const { services, uuid, id } = app;

describe('a plan on a real engine', () => {
	const device = useDevice();
	let engine: DockerEngine;
	let executor: Executor;

	before(() => {
		engine = engineOf(device());
		executor = createExecutor({
			engine,
			locks: { take: nothing, release: nothing, untilReleased: nothing },
			handovers: { clear: nothing, isGiven: () => Promise.resolve(true) },
			rebootMark: { add: nothing },
			bootConfig: { change: nothing },
			store: { recordImages: nothing, forgetImages: nothing, recordCommit: nothing },
			registryAuth: { credentialsFor: () => Promise.resolve(undefined) },
			clock: systemClock,
			log: silentLogger,
			onProgress: () => undefined,
		});
	});

	after(async () => {
		await apply(undefined, [{ kind: 'purge' }]);
		engine.close();
	});

	async function planFor(sketch: AppSketch | undefined, intents: readonly Intent[] = []) {
		const observed = await observeDevice({ engine, clock: systemClock }, never);
		const { appUuid, appId } = sketchApp(app);
		const target = sketch && sketchApp(sketch);
		const currentCommit = target?.release?.commit;
		const base = { observed, context: sketchContext, force: false };
		return computeAppPlan({ ...base, appUuid, appId, target, intents, currentCommit });
	}

	/** Carries the plan out. @returns its text */
	async function apply(sketch: AppSketch | undefined, intents: readonly Intent[] = []) {
		const plan = await planFor(sketch, intents);
		const { failures } = await executor.execute(plan, { signal: never });
		expect(failures.map(({ step, err }) => `${step.id}: ${err.message}`)).to.deep.equal([]);
		return describePlan(plan);
	}

	async function expectSettled(sketch: AppSketch | undefined) {
		expect(describePlan(await planFor(sketch))).to.deep.equal([]);
	}

	it('must plan nothing once what it wanted was made and read back, for every field', async () => {
		await apply(app);
		await expectSettled(app);
	});

	it('must find on the engine what it asked for, in every field', async () => {
		const target = sketchApp(app);
		const { release } = target;
		if (release === undefined) throw new Error('no release');
		const found = await Bluebird.map(release.services, async (service) => {
			const input = { service, app: target, release, context: sketchContext };
			const differences = await differencesOf(device(), toContainerSpec(input));
			return differences.map((difference) => `${service.serviceName}: ${difference}`);
		});
		expect(found.flat()).to.deep.equal([]);
	});

	it('must find networks and volumes as it asked for them', async () => {
		const inspect = async (kind: string, name: string): Promise<Record<string, unknown>> => {
			const [found] = JSON.parse(await device().docker(kind, 'inspect', name)) as [never];
			return found;
		};
		const closed = await inspect('network', `${uuid}_closed`);
		expect(closed).to.deep.include({
			Driver: 'bridge',
			Internal: true,
			EnableIPv6: true,
			ConfigOnly: false,
			Options: { 'com.docker.network.bridge.name': 'hf-closed' },
			IPAM: {
				Driver: 'default',
				Options: { note: 'x' },
				Config: [
					{
						Subnet: '10.99.89.0/24',
						IPRange: '10.99.89.128/25',
						Gateway: '10.99.89.1',
						AuxiliaryAddresses: { printer: '10.99.89.7' },
					},
					{ Subnet: 'fd00:99::/64' },
				],
			},
		});
		expect(closed.Labels).to.include({ note: 'x', 'io.balena.private.ipam.config': 'true' });
		expect(await inspect('network', `${uuid}_template`)).to.include({ ConfigOnly: true });
		expect(await inspect('volume', `${id}_memory`)).to.deep.include({
			Driver: 'local',
			Options: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' },
		});
		expect((await inspect('volume', `${id}_data`)).Labels).to.include({ kept: 'yes' });
	});

	it('must have tried every field', () => {
		const documents = [...Object.values(app.networks), ...Object.values(app.volumes)];
		const composed = Object.values(services).map(({ compose }) => compose);
		const tried = [...documents, ...composed].flatMap((document) =>
			Object.keys(document as object),
		);
		const tables: readonly Readonly<Record<string, z.ZodType>>[] = [
			fields,
			networkFields,
			volumeFields,
		];
		const rows = tables.flatMap((table) => Object.entries(table));
		const read = rows.filter(([, schema]) => fieldDocs.has(schema));
		const untried = read.map(([name]) => name).filter((name) => !tried.includes(name));
		// The image stands beside the composition; kernels with real-time groups are rare.
		expect(untried).to.have.members(['image', 'cpu_rt_period', 'cpu_rt_runtime']);
	});

	it('must follow a new release by renames, without a restart', async () => {
		const ids = async () =>
			(await engine.listContainers(never)).map((one) => one.containerId).sort();
		const before = await ids();
		await apply({ ...app, commit: 'c2', releaseId: 2 });
		await expectSettled({ ...app, commit: 'c2', releaseId: 2 });
		expect(await ids()).to.deep.equal(before);
	});

	it('must replace only what changed, and what shares its network', async () => {
		const full = { ...services.full, environment: { MODE: 'b' } };
		const next = { ...app, commit: 'c3', releaseId: 3, services: { ...services, full } };
		const text = await apply(next);
		const replaced = text.filter((line) => line.includes('createContainer')).join();
		expect(replaced).to.match(/createContainer full .*,.*createContainer shared [^,]*$/);
		await expectSettled(next);
	});

	it('must remake a drifted network with the containers on it', async () => {
		const next = { ...app, networks: { ...app.networks, default: { internal: true } } };
		await apply(next);
		await expectSettled(next);
	});

	it('must remove what the release does not name, but no volume', async () => {
		const next = { uuid, id, services: { host: services.host } };
		await apply(next);
		await expectSettled(next);
		const volumes = await engine.listVolumes(never);
		expect(volumes.map(({ name }) => name)).to.include(`${id}_data`);
	});

	it("must keep the image's command beside an entrypoint of the composition", async () => {
		const { docker } = device();
		const commanded = 'hf-rt-commanded:1';
		await docker('create', '--name', 'hf-rt-source', image);
		await docker('commit', '--change', 'CMD ["sleep","1000"]', 'hf-rt-source', commanded);
		await docker('rm', 'hf-rt-source');
		const service = { image: commanded, running: false, compose: { entrypoint: '/bin/busybox' } };
		await apply({ uuid, id, commit: 'c5', services: { commanded: service } });
		const told = await docker('inspect', '--format', '{{json .Config.Cmd}}', 'commanded_1_1_c5');
		expect(JSON.parse(told)).to.deep.equal(['sleep', '1000']);
		await apply(undefined, [{ kind: 'purge' }]);
		await docker('rmi', commanded);
	});

	it('must leave nothing but supervisor0 after a purge', async () => {
		await apply(undefined, [{ kind: 'purge' }]);
		const observed = await observeDevice({ engine, clock: systemClock }, never);
		expect(observed.containers).to.deep.equal([]);
		expect(observed.volumes.filter(({ name }) => name.startsWith(`${id}_`))).to.deep.equal([]);
		expect(observed.networks.map(({ name }) => name)).to.deep.equal(['supervisor0']);
	});
});
