import { inspect } from 'node:util';
import { expect } from 'chai';
import { QuietAgent } from './quiet-agent.ts';

describe('QuietAgent', () => {
	it('must say little of itself, even when asked for everything', () => {
		const agent = new QuietAgent();
		expect(inspect({ agent }, { showHidden: true, depth: null })).to.equal('{ agent: QuietAgent }');
		agent.destroy();
	});
});
