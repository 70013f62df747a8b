// The text at the top of the page. The rules for every call are in the reference.
const steps = `
1. Create an account: execute \`POST /api/user/register/\`. (\`bin/ocipe demo\` creates one with 410 recipes.)
2. Press **Authorize** and log in.
3. Execute the operations, from top to bottom or any other. Examples and the ids that you have just seen are filled in.

The rules for every call, such as errors, pages and versions, are in the [reference](../reference/).
`;

// Start shows the steps instead of the contract's description.
export function Start({ React: { createElement: h } }) {
  const info = (Info) => (props) => h(Info, { ...props, info: props.info.set('description', steps) });
  return { wrapComponents: { info } };
}
