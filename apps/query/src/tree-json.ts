import type { ThreadTree, TreeNode } from '@skein/threading'
import type { TreeNodeJson } from './answers/thread.js'

const nodeJson = (node: TreeNode): TreeNodeJson => ({
  id: node.message,
  message_id: `<${node.id}>`,
  is_ghost: node.message === null,
  parent_id: node.parent,
  parent_message_id: node.parentId === null ? null : `<${node.parentId}>`,
  nearest_known_ancestor: node.nearestKnown,
  is_loose: node.isLoose,
  depth: node.depth,
  branch: node.branch,
})

/** Root first, each followed by all that is below it; ghosts (mails that were named but never came) are among them. */
export const treeJson = ({ nodes }: ThreadTree): TreeNodeJson[] => nodes.map(nodeJson)
