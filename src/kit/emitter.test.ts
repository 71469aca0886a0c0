import { expect } from 'chai';
import { createTopic } from './emitter.ts';

describe('createTopic', () => {
	it('must tell every listener, also when one of them throws', () => {
		const errors: unknown[] = [];
		const heard: string[] = [];
		const topic = createTopic<string>({ onError: (err) => errors.push(err) });
		topic.subscribe(() => {
			throw new Error('deaf');
		});
		topic.subscribe((event) => heard.push(event));
		topic.publish('hello');
		expect(heard).to.deep.equal(['hello']);
		expect(errors).to.have.length(1);
	});

	it('must forget a listener that left, and only that one', () => {
		const heard: string[] = [];
		const listener = (event: string): void => void heard.push(event);
		const topic = createTopic<string>();
		const leave = topic.subscribe(listener);
		topic.subscribe(listener);
		leave();
		leave();
		topic.publish('x');
		expect(heard).to.deep.equal(['x']);
		expect(topic.listenerCount).to.equal(1);
	});
});
