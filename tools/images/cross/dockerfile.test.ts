import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The instructions of a Dockerfile, each with what follows it on the same logical line. */
const instructionsOf = (text: string): string[] =>
	text
		.replaceAll(/^#.*\n/gm, '')
		.replaceAll(/\\\n\s*/g, ' ')
		.split('\n')
		.filter((line) => line.trim() !== '');

describe('an image for another processor', () => {
	const cross = instructionsOf(read('tools/images/cross/Dockerfile'));
	const parts = read('Dockerfile').split(/^(?=FROM base$)/m);
	const last = instructionsOf(parts[1] ?? '');

	it("must end with the supervisor's own last stage", () => {
		expect(parts).to.have.lengthOf(2);
		const froms = cross.filter((line) => line.startsWith('FROM '));
		expect(froms).to.deep.equal(['FROM ${BASE} AS base', 'FROM ${NATIVE} AS build']);
	});

	it('must run nothing in that stage, as this computer could not', () => {
		const words = new Set(last.map((line) => line.split(' ')[0]));
		expect([...words]).to.have.members([
			...['FROM', 'COPY', 'WORKDIR', 'LABEL', 'HEALTHCHECK', 'ENTRYPOINT'],
		]);
		const copied = last.filter((line) => line.startsWith('COPY'));
		expect(copied.every((line) => line.startsWith('COPY --from=build /out/'))).to.equal(true);
	});

	it('must be given every argument that it has', () => {
		const script = read('tools/images/build-supervisor');
		const names = cross.flatMap((line) => /^ARG (\w+)$/.exec(line)?.[1] ?? []);
		expect(names).to.include.members(['NATIVE', 'BASE', 'TRIPLET']);
		for (const name of names) expect(script).to.include(`--build-arg "${name}=`);
	});
});
