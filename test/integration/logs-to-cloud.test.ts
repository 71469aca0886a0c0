import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import { untilRuns } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

/** A line of the service: few enough that the cloud keeps all of them. */
const counting = 'i=0; while :; do i=$((i+1)); echo "count $i"; sleep 0.5; done';
const composition = {
	services: { web: { restart: 'always', command: ['sh', '-c', counting], stop_signal: 'SIGKILL' } },
	networks: {},
	volumes: {},
};

/** One story: each test goes on where the one before ended. */
describe('lines of a service on their way to the cloud', () => {
	const stage = useStage();

	/** The numbers of the lines that the cloud has, in the order in which they came. */
	async function arrived(): Promise<number[]> {
		const [device] = await stage().client.listDevices();
		const lines = await stage().client.deviceLogs(device?.uuid ?? '', 1000);
		return lines.flatMap(({ message }) => {
			const [, number] = /^count (\d+)$/.exec(message) ?? [];
			return number === undefined ? [] : [Number(number)];
		});
	}
	/** Resolves when so many more have come, and none is missing. @returns all so far */
	async function untilMore(count: number): Promise<number[]> {
		const before = Math.max(0, ...(await arrived()));
		return eventually(
			`${count} more lines after ${before}`,
			async () => {
				const numbers = await arrived();
				const gaps = missing(numbers);
				if (gaps.length > 0) throw new Error(`not here yet: ${gaps.join()}`);
				return Math.max(0, ...numbers) >= before + count ? numbers : undefined;
			},
			{ withinMs: 90_000 },
		);
	}
	const missing = (numbers: readonly number[]): number[] => {
		const seen = new Set(numbers);
		const last = Math.max(0, ...numbers);
		return Array.from({ length: last }, (_, n) => n + 1).filter((n) => !seen.has(n));
	};

	it('must arrive from the first on, each once', async () => {
		await stage().configure(stage().config);
		await stage().start();
		const release = await stage().release(composition, { web: stage().registry.images.web1 });
		await untilRuns(stage(), release);
		const numbers = await untilMore(10);
		// those that waited for the stream may come between newer ones
		expect(numbers.toSorted((a, b) => a - b)).to.deep.equal(numbers.map((_, n) => n + 1));
	});

	it('must all arrive when the supervisor is killed again and again', async () => {
		for (let round = 0; round < 2; round++) {
			await stage().supervisor().kill();
			await stage().start();
			expect(await untilMore(8)).not.to.be.empty;
		}
	});

	it('must all arrive when the supervisor is restarted in good order', async () => {
		await stage().supervisor().stop();
		await stage().start();
		expect(await untilMore(8)).not.to.be.empty;
	});

	it('must all arrive when the cloud was away and the supervisor was killed meanwhile', async () => {
		await stage().closeCloud();
		await stage().supervisor().kill();
		await stage().start();
		await stage().openCloud();
		expect(await untilMore(8)).not.to.be.empty;
	});
});
