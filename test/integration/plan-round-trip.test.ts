import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { createExecutor, type Executor } from '../../src/execute/executor.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/logger.ts';
import type { Intent } from '../../src/model/plan.ts';
import { observeDevice } from '../../src/observe/observe-device.ts';
import { computeAppPlan } from '../../src/plan/app-plan.ts';
import { describePlan } from '../../src/plan/describe-plan.ts';
import { sketchApp, sketchContext, type AppSketch } from '../../src/plan/testing/sketch.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { useDevice } from './support/shared.ts';

const never = new AbortController().signal;
const nothing = (): Promise<void> => Promise.resolve();

const uuid = 'roundtrip';
const id = 770001;
const image = baseImage;
const sleep = { command: 'sleep 1000', stop_grace_period: '1s' };

/** Nearly every field of a composition, over all kinds of networks. */
const services: NonNullable<AppSketch['services']> = {
	host: { image, compose: { ...sleep, network_mode: 'host' } },
	none: { image, compose: { ...sleep, network_mode: 'none' } },
	bridge: { image, compose: { ...sleep, network_mode: 'bridge', stop_grace_period: '0s' } },
	full: {
		image,
		environment: { MODE: 'a' },
		labels: { 'io.balena.features.supervisor-api': '1', 'io.balena.features.procfs': '1' },
		compose: {
			...sleep,
			networks: { default: null, back: { aliases: ['x'], ipv4_address: '10.99.88.5' } },
			ports: ['127.0.0.1:38181:80', '81/udp'],
			expose: ['90'],
			volumes: [
				'data:/data:ro',
				'/anonymous',
				{ type: 'tmpfs', target: '/t', tmpfs: { size: '1m' } },
			],
			tmpfs: '/run:size=1m',
			ulimits: { nofile: 1024 },
			mem_limit: '32m',
			mem_reservation: '16m',
			cpu_shares: 512,
			cpus: '0.5',
			cap_add: ['NET_ADMIN'],
			cap_drop: ['MKNOD'],
			devices: ['/dev/null:/dev/xnull'],
			dns: '1.1.1.1',
			dns_search: ['example'],
			extra_hosts: { a: '1.2.3.4' },
			healthcheck: { test: 'true', interval: '5s', start_period: '1s' },
			user: '0:0',
			working_dir: '/tmp/',
			hostname: 'h',
			init: true,
			sysctls: { 'net.core.somaxconn': 1024 },
			shm_size: '16m',
			oom_score_adj: 10,
			group_add: [5],
			pids_limit: 100,
			read_only: true,
			restart: 'on-failure:2',
			mac_address: '02:42:ac:11:65:43',
		},
	},
	shared: { image, compose: { ...sleep, network_mode: 'service:full' } },
};

const app: AppSketch = {
	uuid,
	id,
	services,
	networks: { back: { ipam: { config: [{ subnet: '10.99.88.0/24', gateway: '10.99.88.1' }] } } },
	volumes: { data: { labels: { kept: 'yes' } } },
};

describe('a plan on a real engine', () => {
	const device = useDevice();
	let engine: DockerEngine;
	let executor: Executor;

	before(() => {
		engine = engineOf(device());
		executor = createExecutor({
			engine,
			locks: { take: nothing, release: nothing },
			store: { recordImage: nothing, forgetImages: nothing, recordCommit: nothing },
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
		const next = { uuid, id, services: { host: services.host! } };
		await apply(next);
		await expectSettled(next);
		const volumes = await engine.listVolumes(never);
		expect(volumes.map(({ name }) => name)).to.include(`${id}_data`);
	});

	it('must leave nothing but supervisor0 after a purge', async () => {
		await apply(undefined, [{ kind: 'purge' }]);
		const observed = await observeDevice({ engine, clock: systemClock }, never);
		expect(observed.containers).to.deep.equal([]);
		expect(observed.volumes.filter(({ name }) => name.startsWith(`${id}_`))).to.deep.equal([]);
		expect(observed.networks.map(({ name }) => name)).to.deep.equal(['supervisor0']);
	});
});
