import { readdirSync } from 'node:fs';
import path from 'node:path';
import camelCase from 'lodash/camelCase.js';
import { expect } from 'chai';
import { stepKills } from '../../test/faults/support/step-kills.ts';

const steps = path.join(import.meta.dirname, '../../src/execute/steps');

describe('the table of moments at which the supervisor is killed', () => {
	it('must have a moment for every kind of step', () => {
		const kinds = readdirSync(steps)
			.filter((file) => !file.endsWith('.test.ts'))
			.map((file) => camelCase(path.basename(file, '.ts')));
		expect(kinds).to.not.be.empty;
		const killed = Object.entries(stepKills).filter(([, moments]) => moments.length > 0);
		expect(killed.map(([kind]) => kind)).to.have.members(kinds);
	});
});
