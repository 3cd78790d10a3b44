import { readEnvelope } from '../../../nodes/Thoughtly/api/envelope';

test.each<[unknown, unknown, string]>([
	[{ data: { id: 1 }, error: null }, { id: 1 }, ''],
	[{ data: { id: 1 }, error: {} }, { id: 1 }, ''],
	[{ data: { id: 1 }, error: '' }, { id: 1 }, ''],
	[{ data: [1] }, [1], ''],
	[{ data: { id: 1 }, error: false }, { id: 1 }, ''],
	[{ error: 'No credit' }, { error: 'No credit' }, 'No credit'],
	[{ data: null, error: 'No credit' }, null, 'No credit'],
	[{ data: null, error: { message: 'No credit' } }, null, 'No credit'],
	[{ data: {}, error: { code: 'E1' } }, {}, '{"code":"E1"}'],
	[{ id: 1, error: 'of the record itself' }, { id: 1, error: 'of the record itself' }, ''],
	[[{ id: 1 }], [{ id: 1 }], ''],
	[{ data: { id: 1 }, error: { message: null, code: null } }, { id: 1 }, ''],
	[{ data: { error: 'No credit' } }, { error: 'No credit' }, 'No credit'],
	[{ data: { id: 1, error: 'of the record itself' } }, { id: 1, error: 'of the record itself' }, ''],
	[{ data: null, errors: ['No credit', { message: 'No agent' }] }, null, 'No credit; No agent'],
	[{ data: null, success: false }, null, 'the request was not successful'],
	[{ data: { id: 1 }, success: false, message: 'No credit' }, { id: 1 }, 'No credit'],
	[{ data: { success: false } }, { success: false }, 'the request was not successful'],
	[{ data: { id: 1 }, success: true }, { id: 1 }, ''],
])('envelope %j', (body, data, error) => {
	expect(readEnvelope(body)).toEqual({ data, error });
});
