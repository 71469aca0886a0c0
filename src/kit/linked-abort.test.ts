import { expect } from 'chai';
import { linkAbort } from './linked-abort.ts';

describe('linkAbort', () => {
	it('must fire with its parent, for the same reason', () => {
		const parent = new AbortController();
		const { signal } = linkAbort(parent.signal);
		parent.abort(new Error('over'));
		expect(signal.reason).to.have.property('message', 'over');
	});

	it('must be fired from the start when its parent is', () => {
		expect(linkAbort(AbortSignal.abort()).signal.aborted).to.equal(true);
	});

	it('must not fire its parent, nor hear of it once unlinked', () => {
		const parent = new AbortController();
		const one = linkAbort(parent.signal);
		const two = linkAbort(parent.signal);
		one.abort();
		two.unlink();
		expect(parent.signal.aborted).to.equal(false);
		parent.abort();
		expect(two.signal.aborted).to.equal(false);
	});
});
