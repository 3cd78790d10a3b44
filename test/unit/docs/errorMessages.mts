// Finds every error message of the code: what is given to a parameter or a property called `message`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** All files of the package's code. */
export const SOURCES = ['nodes', 'credentials'].flatMap((folder) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => join(folder, file)),
);
const { options } = ts.parseJsonConfigFileContent(
	ts.readConfigFile('tsconfig.json', ts.sys.readFile).config,
	ts.sys,
	'.',
);
const program = ts.createProgram(SOURCES, options);
const checker = program.getTypeChecker();

/** What stands for a value in a message */
const VALUE = '…';

/** Returns the messages of the code with `…` for what differs, and where each is. */
export function errorMessages(): Map<string, string> {
	const messages = new Map<string, string>();
	const visit = (node: ts.Node): void => {
		for (const expression of messagesIn(node)) {
			const file = expression.getSourceFile();
			const { line } = file.getLineAndCharacterOfPosition(expression.getStart());
			const place = `${file.fileName}:${line + 1}`;
			const texts = textsOf(expression);
			if (!texts) throw new Error(`The message at ${place} cannot be read: ${expression.getText()}`);
			// nothing but values is what another function has worded
			for (const text of texts) if (/\p{L}/u.test(text)) messages.set(text, place);
		}
		ts.forEachChild(node, visit);
	};
	for (const file of SOURCES) visit(program.getSourceFile(file)!);
	return messages;
}

/** Returns what a call, a property or a tuple gives as a message. */
function messagesIn(node: ts.Node): ts.Expression[] {
	if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
		const { declaration, parameters = [] } = checker.getResolvedSignature(node) ?? {};
		const argument = node.arguments?.[parameters.findIndex(({ name }) => name === 'message')];
		// n8n's own functions, such as its log, are none of ours
		return argument && !declaration?.getSourceFile().isDeclarationFile ? [argument] : [];
	}
	if (ts.isPropertyAssignment(node) && node.name.getText() === 'message') return [node.initializer];
	if (ts.isArrayLiteralExpression(node)) {
		const { target } = (checker.getContextualType(node) ?? {}) as { target?: ts.TupleType };
		const index = target?.labeledElementDeclarations?.findIndex((label) => label?.name.getText() === 'message') ?? -1;
		return index < 0 ? [] : [node.elements[index]];
	}
	return [];
}

/** Returns the texts that an expression may have, undefined if that cannot be told. */
function textsOf(expression: ts.Expression): string[] | undefined {
	if (ts.isStringLiteralLike(expression)) return [expression.text];
	if (ts.isTemplateExpression(expression)) return textsOfTemplate(expression);
	if (ts.isConditionalExpression(expression)) return textsOfAll([expression.whenTrue, expression.whenFalse]);
	if (ts.isBinaryExpression(expression) && isItemSuffix(expression.right)) return textsOf(expression.left);
	const definitions = definitionsOf(expression);
	if (definitions.length) return textsOfAll(definitions);
	// it passes on what is given as a message elsewhere
	return /\bmessage$/.test(expression.getText()) ? [VALUE] : undefined;
}

function textsOfAll(expressions: ts.Expression[]): string[] | undefined {
	const texts = expressions.map(textsOf);
	return texts.every((it) => it !== undefined) ? texts.flat() : undefined;
}

function textsOfTemplate({ head, templateSpans }: ts.TemplateExpression): string[] {
	let texts = [head.text];
	for (const { expression, literal } of templateSpans) {
		const values = isItemSuffix(expression) ? [''] : (textsOf(expression) ?? [VALUE]);
		texts = texts.flatMap((text) => values.map((value) => text + value + literal.text));
	}
	return texts.map((text) => text.replace(/…+/g, VALUE));
}

const isItemSuffix = (node: ts.Expression) => ts.isCallExpression(node) && node.expression.getText() === 'itemSuffix';

/** Returns what a constant is set to, or what a function of ours returns. */
function definitionsOf(node: ts.Expression): ts.Expression[] {
	if (ts.isIdentifier(node)) {
		const declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
		return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
			? [declaration.initializer]
			: [];
	}
	const declaration = ts.isCallExpression(node) && checker.getResolvedSignature(node)?.declaration;
	return declaration && 'body' in declaration && declaration.body ? resultsOf(declaration.body) : [];
}

function resultsOf(body: ts.Node): ts.Expression[] {
	if (!ts.isBlock(body)) return [body as ts.Expression];
	const results: ts.Expression[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isReturnStatement(node) && node.expression) results.push(node.expression);
		else if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
	};
	visit(body);
	return results;
}
