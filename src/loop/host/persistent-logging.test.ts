import { expect } from 'chai';
import { ConfigJson } from '../../config/config-json.ts';
import { silentLogger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import { createFakeRebootMark, type FakeRebootMark } from '../../ports/testing/fake-reboot-mark.ts';
import { createStateBoard, type StateBoard } from '../board.ts';
import { targetOf } from '../testing/target-documents.ts';
import { createPersistentLogging } from './persistent-logging.ts';

describe('persistent logging', () => {
	let board: StateBoard;
	let clock: FakeClock;
	let mark: FakeRebootMark;
	let file: { persistentLogging: boolean };
	let store: Map<string, unknown>;
	let isWanted: boolean;
	let said: string[];
	let dueTold: number;
	let fault: Error | undefined;
	let end: () => Promise<void>;

	const run = (): void => {
		const job = createPersistentLogging({
			...{ board, clock, log: silentLogger },
			isWanted: () => isWanted,
			config: {
				read: () => Promise.resolve(ConfigJson.parse(file)),
				update(patch) {
					if (fault !== undefined) return Promise.reject(fault);
					Object.assign(file, patch);
					return Promise.resolve(ConfigJson.parse(file));
				},
			},
			rebootMark: mark,
			store: {
				getSetting: (name) => Promise.resolve(store.get(name)),
				setSetting(name, value) {
					if (value === undefined) store.delete(name);
					else store.set(name, value);
					return Promise.resolve();
				},
			},
			onRebootDue: () => dueTold++,
			announce: (message) => void said.push(message),
		});
		const ending = new AbortController();
		const ended = job.run(ending.signal);
		end = async () => {
			ending.abort();
			await ended;
		};
	};
	const setTarget = async (wanted: boolean): Promise<void> => {
		isWanted = wanted;
		board.update({ target: targetOf({ services: {} }) });
		await clock.advance(0);
	};

	beforeEach(() => {
		board = createStateBoard();
		clock = createFakeClock();
		mark = createFakeRebootMark();
		file = { persistentLogging: false };
		store = new Map();
		said = [];
		dueTold = 0;
		fault = undefined;
		run();
	});
	afterEach(() => end());

	it('must write it into config.json, have a reboot follow, and say so', async () => {
		await setTarget(true);
		expect(file.persistentLogging).to.equal(true);
		expect(mark.due?.reasons).to.deep.equal(['SUPERVISOR_PERSISTENT_LOGGING is on']);
		expect(dueTold).to.equal(1);
		expect(said).to.deep.equal([
			'Applying configuration change {"SUPERVISOR_PERSISTENT_LOGGING":true}',
			'Applied configuration change {"SUPERVISOR_PERSISTENT_LOGGING":true}',
			'Reboot has been scheduled to apply changes: {"SUPERVISOR_PERSISTENT_LOGGING":true}',
		]);
	});

	it('must leave config.json alone, and the device up, while it says so already', async () => {
		await setTarget(false);
		await setTarget(false);
		expect({ due: mark.due, dueTold, said }).to.deep.equal({
			due: undefined,
			dueTold: 0,
			said: [],
		});
	});

	it('must change nothing before the first target', async () => {
		isWanted = true;
		await clock.advance(3_600_000);
		expect(file.persistentLogging).to.equal(false);
	});

	it('must need no reboot for what cannot be written, and try again', async () => {
		fault = new Error('read-only file system');
		await setTarget(true);
		expect(mark.due).to.equal(undefined);
		await clock.advance(600_000);
		expect(said).to.include('Error applying configuration change: read-only file system');
		fault = undefined;
		await clock.advance(600_000);
		expect(file.persistentLogging).to.equal(true);
		expect(mark.due?.reasons).to.have.lengthOf(1);
	});

	it('must have a reboot follow also when the supervisor was killed between the two', async () => {
		const intact = mark;
		mark = { ...intact, add: () => new Promise(() => undefined) }; // killed here
		await end();
		run();
		await setTarget(true);
		expect(file.persistentLogging).to.equal(true);
		mark = intact;
		run();
		await clock.advance(0);
		expect(mark.due?.reasons).to.have.lengthOf(1);
		expect(store.size).to.equal(0);
		await end();
		run();
		await clock.advance(0);
		expect(dueTold).to.equal(1);
	});
});
