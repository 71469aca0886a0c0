import { Readable } from 'node:stream';
import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import { fillerNameOf, type BackupFile } from '../ports/backup.ts';
import type { EngineContainer } from '../ports/engine-inventory.ts';
import { createBackupGate } from './backup-gate.ts';
import { restoreBackup, type RestoreDeps } from './restore-backup.ts';

const never = new AbortController().signal;

const service = (volumes: readonly string[]) => ({
	...{ id: 1, image_id: 1, image: 'i', environment: {}, labels: {} },
	composition: { volumes },
});

function targetWith(volumes: Record<string, object>, mounts: readonly string[] = []): TargetState {
	const release = { id: 1, services: { main: service(mounts) }, volumes };
	const app = { id: 7, name: 'a', releases: { c1: release } };
	return decodeTargetDevice({ name: 'n', config: {}, apps: { u7: app } });
}

function container(name: string, volume: string): EngineContainer {
	return { id: name, names: [name], labels: {}, imageId: '', volumes: [volume], networks: [] };
}

describe('restoreBackup', () => {
	const steps: string[] = [];
	let volumes: readonly string[] | undefined;
	let containers: EngineContainer[];
	let failure: Error | undefined;
	let deps: RestoreDeps;
	beforeEach(() => {
		steps.length = 0;
		volumes = ['data', 'logs'];
		containers = [];
		failure = undefined;
		const file: BackupFile = {
			path: '/d/backup.tgz',
			isThere: () => Promise.resolve(volumes !== undefined),
			volumes: () => Promise.resolve(volumes),
			archiveOf: (volume) => Readable.from([Buffer.from(volume)]),
			retire: () => {
				volumes = undefined;
				return Promise.resolve(void steps.push('retire'));
			},
		};
		deps = {
			file,
			log: silentLogger,
			engine: {
				createVolume: ({ name, labels }) =>
					Promise.resolve(void steps.push(`create ${name} ${labels['io.balena.app-uuid'] ?? ''}`)),
				async fillVolume(name, { archive, folder }) {
					if (failure !== undefined) throw failure;
					for await (const chunk of archive) {
						steps.push(`fill ${name} from ${folder} of ${Buffer.from(chunk).toString()}`);
					}
				},
				listEverything: () =>
					Promise.resolve({ containers, images: [], networks: [], volumes: [] }),
			},
		};
	});

	const allSteps = [
		...['create 7_data u7', 'fill 7_data from data of data'],
		...['create 7_logs u7', 'fill 7_logs from logs of logs', 'retire'],
	];

	it('must make each volume as the target has it, fill it, and retire the file last', async () => {
		const target = targetWith({ data: {}, logs: {}, other: {} });
		expect(await restoreBackup(deps, target, never)).to.deep.equal(['data', 'logs']);
		expect(steps).to.deep.equal(allSteps);
	});

	it('must know volumes that a service mounts without declaring them', async () => {
		await restoreBackup(deps, targetWith({ data: {} }, ['logs:/logs']), never);
		expect(steps).to.deep.equal(allSteps);
	});

	it('must do nothing without a backup', async () => {
		volumes = undefined;
		expect(await restoreBackup(deps, targetWith({}), never)).to.equal(undefined);
		expect(steps).to.deep.equal([]);
	});

	it('must refuse, and change nothing, when the target lacks one of the volumes', async () => {
		const refusal: unknown = await restoreBackup(deps, targetWith({ data: {} }), never).catch(
			(err: unknown) => err,
		);
		expect(refusal).to.include({ code: 'BACKUP_INVALID' });
		expect(refusal).to.have.property(
			'message',
			'/d/backup.tgz cannot be restored: the target has no volume logs',
		);
		expect(steps).to.deep.equal([]);
	});

	it('must refuse, and change nothing, when a container has one of them', async () => {
		containers = [container('main_1_1_c1', '7_logs')];
		const refusal: unknown = await restoreBackup(
			deps,
			targetWith({ data: {}, logs: {} }),
			never,
		).catch((err: unknown) => err);
		expect(refusal).to.have.property(
			'message',
			'/d/backup.tgz cannot be restored: container main_1_1_c1 has volume 7_logs',
		);
		expect(steps).to.deep.equal([]);
	});

	it('must begin anew after a cut, whose helper is no user of the volume', async () => {
		containers = [container(fillerNameOf('7_data'), '7_data')];
		await restoreBackup(deps, targetWith({ data: {}, logs: {} }), never);
		expect(steps).to.deep.equal(allSteps);
	});

	describe('createBackupGate', () => {
		const fits = targetWith({ data: {}, logs: {} });
		const lacks = targetWith({ data: {} });

		/** Runs the gate while `story` goes on; afterwards everything has ended. */
		async function withGate(
			story: (stage: {
				readonly set: (target: TargetState) => void;
				readonly passed: readonly TargetState[];
				readonly said: readonly string[];
				/** Lets `ms` milliseconds go by. */
				readonly elapse: (ms: number) => Promise<void>;
			}) => Promise<void>,
		): Promise<void> {
			const [clock, end] = [createFakeClock(), new AbortController()];
			const [passed, said]: [TargetState[], string[]] = [[], []];
			const gate = createBackupGate({
				...deps,
				...{ clock, retryDelayMs: 30_000 },
				setTarget: (target) => {
					steps.push('target');
					passed.push(target);
				},
				announce: (message) => said.push(message),
			});
			const running = gate.run(end.signal);
			const elapse = async (ms: number): Promise<void> => {
				await clock.advance(ms);
			};
			await story({ set: (target) => gate.setTarget(target), passed, said, elapse });
			end.abort(new Error('over'));
			await running;
		}

		it('must put the target in force after its volumes are filled, and later ones at once', async () => {
			await withGate(async ({ set, passed, said, elapse }) => {
				set(fits);
				expect(passed).to.deep.equal([]);
				await elapse(0);
				expect(steps).to.deep.equal([...allSteps, 'target']);
				expect(said).to.deep.equal(['Restored volumes from a backup: data, logs']);
				set(lacks);
				expect(passed).to.deep.equal([fits, lacks]);
			});
		});

		it('must tell once that the names do not fit, let the target go, and try every 30 s and with the next target', async () => {
			await withGate(async ({ set, passed, said, elapse }) => {
				set(lacks);
				await elapse(0);
				expect(passed).to.deep.equal([lacks]);
				await elapse(90_000);
				expect(said).to.deep.equal([
					'Cannot restore volumes: /d/backup.tgz cannot be restored: the target has no volume logs',
				]);
				expect(passed).to.deep.equal([lacks]);
				set(fits);
				await elapse(0);
				expect(steps).to.deep.equal(['target', ...allSteps, 'target']);
				expect(passed).to.deep.equal([lacks, fits]);
			});
		});

		it('must hold the target while the engine fails, and try again after the pause', async () => {
			failure = new SupervisorError('the engine is away', { code: 'ENGINE_UNAVAILABLE' });
			await withGate(async ({ set, passed, said, elapse }) => {
				set(fits);
				await elapse(29_999);
				expect(passed).to.deep.equal([]);
				expect(said).to.deep.equal(['Cannot restore volumes: the engine is away']);
				failure = undefined;
				await elapse(1);
				expect(passed).to.deep.equal([fits]);
				expect(steps.at(-1)).to.equal('target');
			});
		});

		it('must restore once the container that had a volume is gone', async () => {
			containers = [container('main_1_1_c1', '7_logs')];
			await withGate(async ({ set, elapse }) => {
				set(fits);
				await elapse(0);
				expect(steps).to.deep.equal(['target']);
				containers = [];
				await elapse(30_000);
				expect(steps).to.deep.equal(['target', ...allSteps]);
			});
		});
	});
});
