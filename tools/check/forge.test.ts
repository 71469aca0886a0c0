import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const Workflow = z.object({
	jobs: z.record(
		z.string(),
		z.object({ steps: z.array(z.object({ run: z.string().optional() })) }),
	),
});
const DevContainer = z.object({ runArgs: z.array(z.string()), mounts: z.array(z.string()) });

describe('files for forges and editors', () => {
	it('must test on a forge by what CI runs, and nothing else', () => {
		const { jobs } = Workflow.parse(parse(read('.github/workflows/ci.yml')));
		const commands = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run));
		const given = commands.filter((command) => command !== undefined);
		expect(given).to.have.lengthOf(1);
		expect(given[0]).to.match(/bash \.ci\/run$/);
	});

	it('must give a development container an engine of its own, on a volume', () => {
		const { runArgs, mounts } = DevContainer.parse(
			JSON.parse(read('.devcontainer/devcontainer.json')),
		);
		expect(runArgs).to.include('--privileged');
		expect(mounts.some((mount) => mount.includes('target=/var/lib/docker,type=volume'))).to.equal(
			true,
		);
	});
});
