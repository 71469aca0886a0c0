import { rm } from 'node:fs/promises';
import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { knownFile } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { untilRuns, type SeenServices } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';
import {
	begin,
	firstWish,
	uninstall,
	wishAfter,
	type Change,
	type Wish,
} from './support/changes.ts';
import { createDeviceDisk, type DeviceDisk } from './support/device-disk.ts';
import { untilKilled } from './support/killing.ts';
import { startLoginManager } from './support/login-manager.ts';
import { stepKills, type ChangeName, type StepKill } from './support/step-kills.ts';
import { skipTest } from '../support/skip-test.ts';

const kills = Object.entries(stepKills).flatMap(([kind, all]) =>
	all.map((kill) => ({ kind, kill })),
);

/** In an order in which each begins where the one before ended. */
const changes: readonly (readonly [ChangeName, string])[] = [
	['newImage', 'an update'],
	['networkMore', 'an update with a further network'],
	['networkLess', 'an update without one of its networks'],
	['volumeMore', 'an update with a further volume'],
	['handOver', 'a hand-over'],
	['restart', 'an update in which a service is restarted'],
];

describe('a supervisor that is killed', function () {
	const stage = useStage();
	const file = () => knownFile(stage(), 'written once');
	let disk: DeviceDisk;
	let services: SeenServices;
	let release: ReleaseView;
	let wish: Wish = firstWish;

	before(async function () {
		if (process.getuid?.() !== 0) skipTest(this, 'this user is not root, whom lock files need');
		disk = createDeviceDisk(stage());
		await disk.prepare();
		await stage().configure(stage().config);
		await stage().start();
		const change: Change = { name: 'newImage', wish, current: {} as ReleaseView };
		const begun = await begin(change, stage());
		await begun.tell();
		release = begun.release;
		services = await untilRuns(stage(), release);
		await file().write();
	});

	/** Gives the sign of a hand-over once the new container runs. */
	const signWhenRunning = ({ commit }: ReleaseView): Promise<unknown> =>
		eventually('a new container', async () => {
			const all = await stage().engine.containers();
			const isThere = all.some(
				({ name, state }) =>
					name.startsWith('web_') && name.endsWith(commit) && state === 'running',
			);
			if (!isThere) return undefined;
			await disk.giveSign();
			return true;
		});

	/** Begins a change, kills on the way, and starts anew. @returns wall time at which it began */
	const killOnTheWay = async (kill: StepKill): Promise<number> => {
		if (kill.change === 'install') await uninstall(stage());
		const sinceMs = Date.now();
		wish = wishAfter(kill.change, wish);
		disk.forget();
		if (kill.change === 'handOver') await disk.giveSign(); // of a former one: it does not count
		const killed = untilKilled(kill, { stage: stage(), disk, before: services });
		const change: Change = {
			...{ name: kill.change, wish, current: release },
			...(kill.change === 'bootConfig' && { splash: disk.nextSplash() }),
		};
		const { release: next, tell } = await begin(change, stage());
		release = next;
		disk.expect(release);
		const signed = kill.change === 'handOver' ? signWhenRunning(release) : undefined;
		const told = tell();
		await killed;
		stage().cloud().faults.clear();
		await stage().start();
		await Promise.all([told, signed]);
		return sinceMs;
	};

	/** The images of the engine that came from the registry, with their digests. */
	const imagesThere = async (): Promise<string[]> => {
		const format = '{{.Repository}}@{{.Digest}}';
		const text = await stage().device.docker('images', '--digests', '--format', format);
		return text.split('\n').filter((line) => line.startsWith(stage().registry.host));
	};

	/** Everything is as if nobody had killed anything. */
	const expectWhole = async (sinceMs: number, made: readonly string[]): Promise<void> => {
		const { uuid, id } = stage().fleet;
		const createdNames = await stage().engine.createdSince(sinceMs);
		expect(createdNames, 'containers made').to.have.members(
			made.map((name) => services[name]?.name),
		);
		expect(services.web?.networks, 'networks of web').to.have.members(
			wish.networks.map((name) => `${uuid}_${name}`),
		);
		expect(services.web?.restartPolicy).to.equal('always');
		expect(await stage().engine.networks(), 'networks').to.include.members(
			[...wish.networks, 'default'].map((name) => `${uuid}_${name}`),
		);
		expect(Object.keys(await stage().engine.volumes()), 'volumes').to.have.members(
			['data', ...wish.volumes].map((name) => `${id}_${name}`),
		);
		await eventually('the images of the release alone', async () => {
			const there = await imagesThere();
			const isSame = there.sort().join() === Object.values(release.images).sort().join();
			if (!isSame) throw new Error(there.join());
			return true;
		});
		expect(disk.lockFiles(), 'locks left').to.deep.equal([]);
		expect(await disk.knowsCommit(), 'release recorded').to.equal(true);
	};

	const recover = async (kill: StepKill, sinceMs: number): Promise<void> => {
		const recovered = await untilRuns(stage(), release);
		expect(recovered.worker?.id).to.equal(services.worker?.id);
		expect(recovered.worker?.startedAt).to.equal(services.worker?.startedAt);
		services = recovered;
		await expectWhole(sinceMs, ['web']);
		expect(await file().read()).to.equal('written once');
		expect(kill.change === 'networkLess' ? await stage().engine.networks() : []).to.not.include(
			`${stage().fleet.uuid}_more`,
		);
	};

	const killsOf = (change: ChangeName) => kills.filter(({ kill }) => kill.change === change);

	for (const [change, what] of changes) {
		for (const { kind, kill } of killsOf(change)) {
			it(`must finish ${what} when killed ${kill.name} (${kind})`, async () => {
				await recover(kill, await killOnTheWay(kill));
			});
		}
	}

	for (const { kind, kill } of [...killsOf('install'), ...killsOf('purge')]) {
		it(`must bring the app up when killed in its ${kill.change}, ${kill.name} (${kind})`, async () => {
			const sinceMs = await killOnTheWay(kill);
			services = await untilRuns(stage(), release);
			await expectWhole(sinceMs, ['web', 'worker']);
			if (kill.change === 'purge') await file().write();
			expect(await file().read()).to.equal('written once');
		});
	}

	for (const { kind, kill } of killsOf('requiresReboot')) {
		it(`must wait for one reboot when killed ${kill.name} (${kind})`, async () => {
			const sinceMs = await killOnTheWay(kill);
			await eventually('a new container that waits', async () => {
				const all = await stage().engine.containers();
				return all.find(({ name, state }) => name.endsWith(release.commit) && state === 'created');
			});
			expect(disk.rebootReasons()).to.have.lengthOf(1);
			await stage().supervisor().kill();
			await disk.boot();
			await stage().start();
			await recover(kill, sinceMs);
			expect(disk.rebootReasons()).to.deep.equal([]);
		});
	}

	for (const { kind, kill } of killsOf('bootConfig')) {
		it(`must boot otherwise, by one reboot, when killed ${kill.name} (${kind})`, async () => {
			const sinceMs = await killOnTheWay(kill);
			await eventually('a reboot that is due', () =>
				disk.rebootReasons().length === 1 ? true : undefined,
			);
			expect(disk.showsSplash()).to.equal(true);
			expect(disk.keepsFirstSplash()).to.equal(true);
			await stage().supervisor().kill();
			await disk.boot();
			await stage().start();
			await untilRuns(stage(), release);
			await expectWhole(sinceMs, []);
			expect(await stage().engine.services()).to.deep.equal(services);
			expect(disk.rebootReasons()).to.deep.equal([]);
		});
	}

	it('must find itself registered when a power cut came before it could write that down', async () => {
		const { folder, client, config } = stage();
		await stage().supervisor().kill();
		const { uuid, deviceApiKey, deviceId } = await folder.readConfig();
		await rm(`${folder.configPath}.bak`);
		await stage().configure({ ...config, uuid, deviceApiKey });
		await stage().start();
		const registered = await eventually('a registered device', async () => {
			const read = await folder.readConfig();
			return 'apiKey' in read ? undefined : read;
		});
		expect(registered).to.include({ uuid, deviceApiKey, deviceId });
		expect(await client.listDevices()).to.have.lengthOf(1);
		expect(await stage().engine.services()).to.deep.equal(services);
	});

	it('must give the locks back when killed between the order to reboot and the reboot', async function () {
		const manager = await startLoginManager(stage());
		if (manager === undefined) skipTest(this, 'there is no dbus-daemon here');
		try {
			disk.forget();
			const killed = untilKilled(
				{
					name: 'once all locks are taken',
					change: 'newImage',
					isTime: () => disk.lockFiles().length === 4,
				},
				{ stage: stage(), disk, before: services },
			);
			const ordered = stage()
				.api.post('/v1/reboot')
				.catch(() => undefined); // it dies of it
			await killed;
			await ordered;
			await stage().start();
			await eventually('no locks', () => (disk.lockFiles().length === 0 ? true : undefined));
			expect(await stage().engine.services()).to.deep.equal(services);
			expect(manager.orders).to.deep.equal([]);
		} finally {
			await manager.stop();
		}
	});
});
