import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { describeRebootMark } from '../ports/testing/reboot-mark-contract.ts';
import { createRebootMark } from './reboot-mark.ts';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';

const bootedSec = 1_700_000_000;

describe('createRebootMark', () => {
	let tree: TempTree;
	let boots = 0;
	beforeEach(async () => {
		tree = await makeTempTree('/var/tmp'); // on a disk: a folder in memory is of this boot in any case
		boots = 0;
		await boot();
	});
	afterEach(() => tree.remove());

	const at = (name: string): string => path.join(tree.root, name);
	const markPath = (): string => at('root/tmp/balena-supervisor/reboot-after-apply');
	const boot = async (): Promise<void> => {
		boots += 1;
		await tree.write({
			'proc/sys/kernel/random/boot_id': `boot-${boots}\n`,
			'proc/stat': `cpu 1 2 3\nbtime ${bootedSec}\n`,
			'root/proc/1/stat': '1 (system d) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 77 1 1\n',
		});
	};
	const open = (): ReturnType<typeof createRebootMark> =>
		createRebootMark({ root: at('root'), proc: at('proc') });
	const touch = async (sec: number): Promise<void> => {
		await mkdir(path.dirname(markPath()), { recursive: true });
		await writeFile(markPath(), '');
		await utimes(markPath(), sec, sec);
	};

	describeRebootMark('the file', () =>
		Promise.resolve({ open, boot, markByOthers: () => touch(bootedSec + 5) }),
	);

	it('must not heed what others asked for in an earlier boot', async () => {
		await touch(bootedSec - 5);
		expect(await open().read()).to.equal(undefined);
	});

	it('must tell boots of a host that is a container apart', async () => {
		await open().add({ reason: 'x' });
		await tree.write({
			'root/proc/1/stat': '1 (init) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 99 1 1\n',
		});
		expect(await open().read()).to.equal(undefined);
	});

	it('must not mind a clock that jumps', async () => {
		await open().add({ reason: 'x' });
		await utimes(markPath(), 1, 1);
		await tree.write({ 'proc/stat': `btime ${bootedSec + 1e9}\n` });
		expect(await open().read()).to.have.property('reasons');
	});

	it('must keep in mind that others asked when it adds a reason', async () => {
		await touch(bootedSec + 5);
		await open().add({ reason: 'x', serviceKey: 'a/web' });
		expect(await open().read()).to.deep.equal({ reasons: ['x'], services: 'all' });
	});

	it('must say where it fails', async () => {
		await tree.write({ 'root/tmp': 'a file' });
		const message = await open()
			.add({ reason: 'x' })
			.catch((err: unknown) => String(err));
		expect(message).to.include('reboot-after-apply');
	});
});
