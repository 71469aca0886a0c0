import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { deploy, twoServices, withWebVariable } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import type { Stage } from '../support/stage.ts';
import { untilLogged, untilPolled, untilRuns } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

const images = { web: 'web1', worker: 'worker1' } as const;
const patience = { withinMs: 120_000 };

/** One story: each test goes on where the one before ended. What is set holds without a restart. */
describe('a device whose settings change while it runs', function () {
	this.timeout(300_000);
	const stage = useStage();
	let uuid: string;

	const set = (name: string, value: string | null): Promise<void> =>
		stage().client.setVariable({ device: uuid, name, value });

	/** What an app gets for asking that the device be updated. */
	const askForUpdate = async (body?: unknown): Promise<number> =>
		(await stage().api.post('/v1/update', body)).status;

	const untilAnswered = (wanted: number): Promise<true> =>
		eventually(
			`status ${wanted} of /v1/update`,
			async () => ((await askForUpdate()) === wanted ? true : undefined),
			patience,
		);

	/** Resolves once the cloud was told this of the device itself. */
	const untilReported = (isSo: (told: Readonly<Record<string, unknown>>) => boolean) => {
		const filter = { method: 'PATCH', path: '^/device/v3/state$' };
		return eventually(
			'a report that says so',
			() => {
				const bodies = stage().cloud().journal.list(filter);
				const told = bodies.map(({ body }) => (body as Record<string, Told>)[uuid] ?? {});
				return told.some(isSo) ? true : undefined;
			},
			patience,
		);
	};

	before(async () => {
		const hourly = { fleet: stage().fleet.name, name: 'RESIN_SUPERVISOR_POLL_INTERVAL' };
		await stage().client.setVariable({ ...hourly, value: '3600000' });
		await stage().configure({ ...stage().config, appUpdatePollInterval: 3_600_000 });
		await stage().start();
		const release = await eventually('the first release', async () => {
			const [device] = await stage().client.listDevices();
			if (device === undefined) return undefined;
			uuid = device.uuid;
			return deploy(stage(), images);
		});
		await untilRuns(stage(), release, patience);
	});

	it('must poll by the new interval, under the prefix that counts most', async () => {
		await set('BALENA_SUPERVISOR_POLL_INTERVAL', '1000');
		expect(await askForUpdate()).to.equal(204);
		expect(await untilPolled(stage(), 4)).to.have.lengthOf(4);
	});

	it('must do nothing when asked to update while instant updates are off, but when forced', async () => {
		await set('BALENA_SUPERVISOR_INSTANT_UPDATE_TRIGGER', 'off');
		await untilAnswered(202);
		expect(await askForUpdate({ force: true })).to.equal(204);
		await set('BALENA_SUPERVISOR_INSTANT_UPDATE_TRIGGER', null);
		await untilAnswered(204);
	});

	it('must tell other programs of the host what the target asks for', async () => {
		await set('RESIN_HOST_FOR_OTHERS', 'as it is');
		const path = join(stage().folder.root, 'tmp/balena-supervisor/target-state-config');
		const told = await eventually('the configuration of the target', async () => {
			const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
			return config.RESIN_HOST_FOR_OTHERS === undefined ? undefined : config;
		});
		expect(told).to.deep.equal({
			RESIN_HOST_FOR_OTHERS: 'as it is',
			RESIN_SUPERVISOR_POLL_INTERVAL: '3600000',
			BALENA_SUPERVISOR_POLL_INTERVAL: '1000',
		});
	});

	it('must throw lines away while logs are off, and send them again afterwards', async () => {
		await set('RESIN_SUPERVISOR_LOG_CONTROL', '0');
		await untilInForce(stage(), 'RESIN_SUPERVISOR_LOG_CONTROL', '0');
		await say(stage(), 'said while logs were off');
		await set('RESIN_SUPERVISOR_LOG_CONTROL', 'true');
		await untilInForce(stage(), 'RESIN_SUPERVISOR_LOG_CONTROL', 'true');
		await say(stage(), 'said while logs were on');
		const messages = await eventually(
			'the line',
			async () => {
				const lines = await stage().client.deviceLogs(uuid, 1000);
				const said = lines.map(({ message }) => message);
				return said.includes('said while logs were on') ? said : undefined;
			},
			patience,
		);
		expect(messages).to.not.include('said while logs were off');
	});

	it('must wait no longer for the cloud than told', async () => {
		await set('RESIN_SUPERVISOR_API_REQUEST_TIMEOUT', '1500');
		await untilInForce(stage(), 'RESIN_SUPERVISOR_API_REQUEST_TIMEOUT', '1500');
		const mark = stage().supervisor().log().length;
		await stage().client.addFault({ match: 'GET /device/v3/', delayMs: 20_000, times: 1 });
		await untilLogged(stage(), /target state not fetched/, mark);
		await set('RESIN_SUPERVISOR_API_REQUEST_TIMEOUT', null);
		await untilPolled(stage(), 2);
	});

	it('must go ahead over a lock that an app holds once told to', async () => {
		const folder = join(
			stage().folder.root,
			`tmp/balena-supervisor/services/${stage().fleet.id}/web`,
		);
		await mkdir(folder, { recursive: true });
		const lock = join(folder, 'updates.lock');
		await writeFile(lock, '');
		const release = await deploy(stage(), images, withWebVariable('behind the lock'));
		await untilLogged(stage(), /Lockfile exists/);
		await access(lock);
		await set('RESIN_OVERRIDE_LOCK', '1');
		await untilRuns(stage(), release, patience);
		await set('RESIN_OVERRIDE_LOCK', null);
		await rm(lock, { force: true });
	});

	it('must take its readings of the hardware back while they are off', async () => {
		await untilReported(({ memory_total: total }) => typeof total === 'number');
		await set('RESIN_SUPERVISOR_HARDWARE_METRICS', 'false');
		await untilReported(
			({ memory_total: total, cpu_usage: cpu }) => total === null && cpu === null,
		);
		stage().cloud().journal.clear();
		await set('RESIN_SUPERVISOR_HARDWARE_METRICS', 'true');
		await untilReported(({ memory_total: total }) => typeof total === 'number');
	});

	it('must keep the verbs of the device from the keys of services once told to', async () => {
		const { web, ...others } = twoServices.services;
		const labels = { 'io.balena.features.supervisor-api': '1' };
		const services = { web: { ...web, labels }, ...others };
		const release = await deploy(stage(), images, { ...twoServices, services });
		const seen = await untilRuns(stage(), release, patience);
		const name = 'BALENA_SUPERVISOR_API_KEY=';
		const key = seen.web?.env.find((line) => line.startsWith(name))?.slice(name.length) ?? '';
		const url = `http://127.0.0.1:${stage().folder.apiPort}/v1/update?apikey=${key}`;
		const untilTold = (wanted: number): Promise<true> =>
			eventually(
				`status ${wanted} for the key of a service`,
				async () => ((await fetch(url, { method: 'POST' })).status === wanted ? true : undefined),
				patience,
			);
		await untilTold(204);
		await set('BALENA_SUPERVISOR_API_SCOPES', 'strict');
		await untilTold(401);
		await set('BALENA_SUPERVISOR_API_SCOPES', null);
		await untilTold(204);
	});

	it('must tell in a system message, once, that a value is not understood', async () => {
		await set('RESIN_SUPERVISOR_DELTA_VERSION', 'four');
		await set('RESIN_SUPERVISOR_LOG_CONTROL', null);
		const says = /^RESIN_SUPERVISOR_DELTA_VERSION must be .*got "four"; the default is used$/;
		const told = async (): Promise<string[]> => {
			const lines = await stage().client.deviceLogs(uuid, 1000);
			return lines
				.filter(({ isSystem }) => isSystem)
				.map(({ message }) => message)
				.filter((message) => says.test(message));
		};
		await eventually('the message', async () => (await told())[0], patience);
		const release = await deploy(stage(), images, twoServices);
		await untilRuns(stage(), release, patience);
		expect(await told()).to.have.lengthOf(1);
	});
});

type Told = Readonly<Record<string, unknown>>;

/** Resolves once the target in force has this value, by what the device says of its own target. */
async function untilInForce(stage: Stage, name: string, value: string): Promise<void> {
	const isInForce = async (): Promise<true | undefined> => {
		const { state } = (await stage.api.get('/v2/local/target-state')).json() as {
			state: { local: { config: Record<string, string> } };
		};
		return state.local.config[name] === value ? true : undefined;
	};
	await eventually(`${name}=${value}`, isInForce, patience);
}

/** Has the service `web` print a line; resolves when the supervisor has read it. */
async function say(stage: Stage, text: string): Promise<void> {
	const linesRead = async (): Promise<number> => {
		const metrics = (await stage.api.get('/metrics')).text;
		return Number(/^holdfast_log_lines_total\{stream="stdout"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
	};
	const before = await linesRead();
	const { web } = await stage.engine.services();
	await stage.device.docker('exec', web?.name ?? '', 'sh', '-c', `echo '${text}' >/proc/1/fd/1`);
	const isRead = async (): Promise<true | undefined> =>
		(await linesRead()) > before ? true : undefined;
	await eventually('a line that is read', isRead, patience);
}
