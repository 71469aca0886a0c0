import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import knex from 'knex';
import type { ReleaseView } from '../../../tools/cloud/dev/views.ts';
import type { Stage } from '../../support/stage.ts';

/** What the supervisor's process leaves on the disk, looked at past it. */
export interface DeviceDisk {
	/** Makes the folders in which services and supervisor meet. */
	prepare(): Promise<void>;
	/** Paths of update locks. */
	lockFiles(): string[];
	/** The largest number of them that was ever seen since the last `forget`. */
	mostLockFiles(): number;
	forget(): void;
	/** The release on its way. */
	expect(release: Pick<ReleaseView, 'commit' | 'images'>): void;
	/** The database has the expected release as the one that was applied whole. */
	knowsCommit(): Promise<boolean>;
	/** The database has all images of the expected release. */
	knowsImages(): Promise<boolean>;
	/** A new container of `web` has said that it has taken over. */
	hasSign(): boolean;
	giveSign(): Promise<void>;
	/** Why a reboot is due; none when none is. */
	rebootReasons(): readonly string[];
	/** What is of one boot is gone, as it is after the next: the breadcrumb, and what the device has booted with. */
	boot(): Promise<void>;
	/** A picture that nobody has seen before is to be shown while the device boots. @returns it, in base64 */
	nextSplash(): string;
	/** The picture asked for last is the one that is shown. */
	showsSplash(): boolean;
	/** The picture that the device came with is kept. */
	keepsFirstSplash(): boolean;
}

const services = ['web', 'worker'];
const lockNames = ['updates.lock', 'resin-updates.lock'];

/** Begins as every PNG does. */
function pictureOf(text: string): Buffer {
	const head = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	return Buffer.concat([head, Buffer.from(text)]);
}

export function createDeviceDisk({ folder, fleet }: Pick<Stage, 'folder' | 'fleet'>): DeviceDisk {
	const supervisorFolder = join(folder.root, 'tmp/balena-supervisor');
	const folderOf = (serviceName: string): string =>
		join(supervisorFolder, 'services', String(fleet.id), serviceName);
	const sign = join(folderOf('web'), 'handover-complete');
	const breadcrumb = join(supervisorFolder, 'reboot-after-apply');
	const atBoot = join(supervisorFolder, 'boot-config-at-boot');
	const locks = services.flatMap((name) => lockNames.map((lock) => join(folderOf(name), lock)));
	const splash = join(folder.root, 'boot/splash/balena-logo.png');
	const firstSplash = join(folder.root, 'boot/splash/balena-logo-default.png');
	let splashes = 0;
	let most = 0;
	let expected: Pick<ReleaseView, 'commit' | 'images'> = { commit: '', images: {} };

	const lockFiles = (): string[] => {
		const found = locks.filter((path) => existsSync(path));
		most = Math.max(most, found.length);
		return found;
	};
	const column = async (table: string, name: string): Promise<unknown[]> => {
		const filename = join(folder.root, 'data/database.sqlite');
		const database = knex({ client: 'sqlite3', connection: { filename }, useNullAsDefault: true });
		try {
			return (await database(table).pluck(name)) as unknown[];
		} finally {
			await database.destroy();
		}
	};
	return {
		async prepare() {
			for (const name of services) await mkdir(folderOf(name), { recursive: true });
			await mkdir(dirname(splash));
			await writeFile(splash, pictureOf('first'));
		},
		lockFiles,
		mostLockFiles: () => most,
		forget() {
			most = 0;
		},
		expect: (release) => void (expected = release),
		knowsCommit: async () => (await column('currentCommit', 'commit')).includes(expected.commit),
		async knowsImages() {
			const references = await column('image', 'reference');
			return Object.values(expected.images).every((image) => references.includes(image));
		},
		hasSign: () => existsSync(sign),
		giveSign: () => writeFile(sign, ''),
		rebootReasons() {
			if (!existsSync(breadcrumb)) return [];
			const { reasons } = JSON.parse(readFileSync(breadcrumb, 'utf8')) as { reasons: string[] };
			return reasons;
		},
		async boot() {
			for (const path of [breadcrumb, atBoot]) await rm(path, { force: true });
		},
		nextSplash() {
			splashes += 1;
			return pictureOf(`number ${splashes}`).toString('base64');
		},
		showsSplash: () => readFileSync(splash).equals(pictureOf(`number ${splashes}`)),
		keepsFirstSplash: () =>
			existsSync(firstSplash) && readFileSync(firstSplash).equals(pictureOf('first')),
	};
}
