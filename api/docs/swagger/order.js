// Orders the page so that all operations can be executed from top to bottom. Deletions come after the operations that need their
// objects, the import after the deletion of all recipes, and the deletion of the account and the logout last. Operations stay in the
// group of their tag.

// ExecutableOrder sorts groups and operations. Operations of the same rank stay in the order of the contract.
export function ExecutableOrder() {
  const taggedOperations = (original) => (...args) => original(...args)
    .map((group) => group.update('operations', (operations) => operations.sortBy(rank)))
    .sortBy((_, tag) => ['Account', 'Sessions'].indexOf(tag));
  return { statePlugins: { spec: { wrapSelectors: { taggedOperations } } } };
}

function rank(operation) {
  const path = operation.get('path');
  if (operation.getIn(['operation', 'operationId']) === 'logout') return 5;
  if (operation.getIn(['operation', 'operationId']) === 'deleteAccount') return 4;
  if (path.startsWith('/api/user/sessions/{')) return 2; // last in its group: the current session may be the only one
  if (path === '/api/user/sessions/' && operation.get('method') === 'delete') return 1;
  if (path.endsWith('/bulk/')) return 4; // after the deletion of all recipes: the plan needs recipes
  if (path.endsWith('/restore/')) return 3; // something must be in the trash
  if (path.includes('/trash/')) return operation.get('method') === 'get' ? 3 : 4;
  if (operation.get('method') === 'delete') return path.includes('{') ? 1 : 2;
  return 0;
}
