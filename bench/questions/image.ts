import { join } from 'node:path';
import { docker } from '../../tools/dind/commands/argv.ts';
import { repository, shell } from '../../test/integration/support/host.ts';
import type { BenchContext } from '../support/context.ts';
import { median, type Row } from '../support/table.ts';

const aimBytes = 75e6;
const rounds = 3;
const aimSeconds = 15;
const none = { floor: '', ratio: '', peer: '' } as const;

/** How large is the image, and how long does it take to build when everything is cached? */
export async function measureImage({
	device: { supervisorImage },
}: Pick<BenchContext, 'device'>): Promise<Row[]> {
	return [...(await measureSize(supervisorImage)), await measureCachedBuild()];
}

async function measureSize(image: string): Promise<Row[]> {
	const script = `docker save "$1" | gzip -6 | wc -c`;
	const packed = Number(await shell.read(['sh', '-c', script, 'sh', image]));
	const size = Number(await shell.read(docker('image', 'inspect', '--format', '{{.Size}}', image)));
	return [
		{
			question: 'size of the image, compressed',
			measured: megabytes(packed),
			rounds: 1,
			...none,
			aim: megabytes(aimBytes),
			met: packed <= aimBytes,
		},
		{
			question: 'size of the image on the engine',
			measured: megabytes(size),
			rounds: 1,
			...none,
			aim: '',
			met: true,
		},
	];
}

async function measureCachedBuild(): Promise<Row> {
	const image = 'holdfast-bench/supervisor:cached';
	const script = join(repository, 'tools/images/build-supervisor');
	const times: number[] = [];
	try {
		for (let round = 0; round <= rounds; round += 1) {
			const startedAt = performance.now();
			await shell.read(['sh', script, '--image', image]);
			times.push((performance.now() - startedAt) / 1000);
		}
	} finally {
		await shell.capture(docker('rmi', '--no-prune', image));
	}
	const seconds = median(times.slice(1)); // the first may have had something to build
	return {
		question: 'building the image when nothing has changed',
		measured: `${seconds.toFixed(1)} s`,
		rounds,
		...none,
		aim: `${aimSeconds} s`,
		met: seconds <= aimSeconds,
	};
}

/** Is the image the same when it is built twice from scratch? */
export async function compareImages(): Promise<Row[]> {
	const script = join(repository, 'tools/images/verify-reproducible');
	const { code } = await shell.capture(['sh', script]);
	return [
		{
			question: 'two builds of the image without a cache: their ids',
			measured: code === 0 ? 'the same' : 'differ',
			rounds: 1,
			...none,
			aim: 'the same',
			met: code === 0,
		},
	];
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
