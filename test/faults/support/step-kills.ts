import type { StepKind } from '../../../src/model/plan.ts';
import type { EngineCall } from '../../support/engine-proxy.ts';
import type { SeenServices } from '../../support/until.ts';
import type { DeviceDisk } from './device-disk.ts';

/** What the device is told to do, on the way to which the supervisor is killed; see `changes.ts`. */
export type ChangeName =
	| 'newImage'
	| 'networkMore'
	| 'networkLess'
	| 'volumeMore'
	| 'handOver'
	| 'requiresReboot'
	| 'bootConfig'
	| 'restart'
	| 'install'
	| 'purge';

/** A call of the supervisor to the engine. @param before - services as they were before the change */
type IsCall = (call: EngineCall, before: SeenServices) => boolean;

interface KillBase {
	/** The moment, in words: `must finish … when killed <name>`. */
	readonly name: string;
	readonly change: ChangeName;
}

/** Killed when it calls the engine. */
export interface KillAtCall extends KillBase {
	readonly isCall: IsCall;
	/** `before`: the engine never sees the call; `after`: the supervisor never sees its answer. */
	readonly when: 'before' | 'after';
	/**
	 * For steps the engine knows nothing of: what shows on the disk that the step is done. The supervisor waits at its next
	 * call meanwhile; the test fails when it is not so.
	 */
	readonly proof?: (disk: DeviceDisk) => Promise<boolean>;
}

/** Killed when a file comes or goes, as soon as the test sees it. */
export interface KillOnDisk extends KillBase {
	/** Asked all the time. */
	readonly isTime: (disk: DeviceDisk) => boolean;
}

export type StepKill = KillAtCall | KillOnDisk;

const call =
	(method: string, path: RegExp): IsCall =>
	(one) =>
		one.method === method && path.test(one.path);
const onOldWeb =
	(method: string, rest = ''): IsCall =>
	(one, { web }) =>
		one.method === method && one.path === `/containers/${web?.id ?? ''}${rest}`;

const isCreation = call('POST', /^\/containers\/create$/);
const isStart = call('POST', /^\/containers\/[^/]+\/start$/);
const isImageRemoval = call('DELETE', /^\/images\//);

/** Every kind of step, with the moments around it at which the supervisor is killed. */
export const stepKills: Readonly<Record<StepKind, readonly StepKill[]>> = {
	pullImage: [
		{
			...{ name: 'during a pull', change: 'newImage', when: 'after' },
			isCall: call('POST', /^\/images\/create$/),
		},
		{
			...{ name: 'once the images are there and remembered', change: 'newImage' },
			...{ isCall: isCreation, when: 'before', proof: (disk) => disk.knowsImages() },
		},
	],
	createContainer: [
		{ name: 'between create and start', change: 'newImage', isCall: isCreation, when: 'after' },
	],
	connectNetwork: [
		{
			...{ name: 'after a further network is attached', change: 'newImage', when: 'after' },
			isCall: call('POST', /^\/networks\/[^/]+\/connect$/),
		},
	],
	takeLocks: [
		{
			...{ name: 'while the locks are taken', change: 'newImage' },
			isTime: (disk) => disk.lockFiles().length > 0,
		},
		{
			...{ name: 'once the locks are held', change: 'newImage', when: 'before' },
			isCall: onOldWeb('POST', '/stop'),
			proof: (disk) => Promise.resolve(disk.lockFiles().length === 4),
		},
	],
	stopContainer: [
		{
			...{ name: 'after the stop of the old container', change: 'newImage', when: 'after' },
			isCall: onOldWeb('POST', '/stop'),
		},
	],
	startContainer: [
		{
			...{ name: 'before the new container starts', change: 'newImage', when: 'before' },
			isCall: isStart,
		},
		{
			...{ name: 'after the start of the new container', change: 'newImage', when: 'after' },
			isCall: isStart,
		},
		{ name: 'between the two starts', change: 'install', isCall: isStart, when: 'after' },
	],
	removeContainer: [
		{
			...{ name: 'between start and remove', change: 'newImage', when: 'before' },
			isCall: onOldWeb('DELETE'),
		},
		{
			...{ name: 'after the removal of the old container', change: 'newImage', when: 'after' },
			isCall: onOldWeb('DELETE'),
		},
	],
	renameContainer: [
		{
			...{ name: 'before the unchanged service gets its name', change: 'newImage', when: 'before' },
			isCall: call('POST', /\/rename$/),
		},
		{
			...{ name: 'after the unchanged service got its name', change: 'newImage', when: 'after' },
			isCall: call('POST', /\/rename$/),
		},
		{
			...{ name: 'after the old container is put aside', change: 'handOver', when: 'after' },
			isCall: onOldWeb('POST', '/rename'),
		},
	],
	releaseLocks: [
		{
			...{ name: 'while the locks are given back', change: 'newImage' },
			isTime: (disk) => disk.mostLockFiles() > disk.lockFiles().length,
		},
	],
	recordCommit: [
		{
			...{ name: 'once the release is recorded', change: 'newImage', when: 'before' },
			isCall: isImageRemoval,
			proof: async (disk) => disk.lockFiles().length === 0 && (await disk.knowsCommit()),
		},
	],
	removeImage: [
		{
			...{ name: 'after an unused image is removed', change: 'newImage', when: 'after' },
			isCall: isImageRemoval,
		},
	],
	createNetwork: [
		{
			...{ name: 'after its first network is made', change: 'install', when: 'after' },
			isCall: call('POST', /^\/networks\/create$/),
		},
		{
			...{ name: 'after a network is made', change: 'networkMore', when: 'after' },
			isCall: call('POST', /^\/networks\/create$/),
		},
	],
	removeNetwork: [
		{
			...{ name: 'after a network is removed', change: 'networkLess', when: 'after' },
			isCall: call('DELETE', /^\/networks\//),
		},
	],
	createVolume: [
		{
			...{ name: 'after a volume is made', change: 'volumeMore', when: 'after' },
			isCall: call('POST', /^\/volumes\/create$/),
		},
	],
	updateRestartPolicy: [
		{
			...{ name: 'after the old restart policy is gone', change: 'handOver', when: 'after' },
			isCall: onOldWeb('POST', '/update'),
		},
	],
	clearHandover: [
		{
			...{ name: 'once former signs are cleared', change: 'handOver', when: 'before' },
			...{ isCall: isStart, proof: (disk) => Promise.resolve(!disk.hasSign()) },
		},
	],
	waitHandover: [
		{
			...{ name: 'while it waits for the sign', change: 'handOver', when: 'after' },
			isCall: isStart,
		},
		{
			...{ name: 'once the sign is given', change: 'handOver', when: 'before' },
			...{ isCall: onOldWeb('POST', '/stop'), proof: (disk) => Promise.resolve(disk.hasSign()) },
		},
	],
	requireReboot: [
		{
			...{ name: 'once a reboot is asked for', change: 'requiresReboot', when: 'before' },
			...{
				isCall: isCreation,
				proof: (disk) => Promise.resolve(disk.rebootReasons().length === 1),
			},
		},
	],
	changeBootConfig: [
		{
			...{ name: 'before the device boots otherwise', change: 'bootConfig' },
			isTime: (disk) => disk.keepsFirstSplash(),
		},
		{
			...{ name: 'once the device boots otherwise', change: 'bootConfig' },
			isTime: (disk) => disk.showsSplash(),
		},
	],
	restartContainer: [
		{
			...{ name: 'before a restart', change: 'restart', when: 'before' },
			isCall: onOldWeb('POST', '/restart'),
		},
		{
			...{ name: 'after a restart', change: 'restart', when: 'after' },
			isCall: onOldWeb('POST', '/restart'),
		},
	],
	removeVolume: [
		{
			...{ name: 'after a volume is removed', change: 'purge', when: 'after' },
			isCall: call('DELETE', /^\/volumes\//),
		},
	],
};
