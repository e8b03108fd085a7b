"""Crashes that have to do with gradients, modules, losses and optimisers."""

from grader.checking.crash import Kind

MODULE_KINDS = (
    Kind(
        r"leaf [Vv]ariable that requires grad is being used in an in-place operation",
        "A weight is changed in place while autograd watches.",
        "Do the step inside with torch.no_grad():, or through an optimiser.",
    ),
    Kind(
        r"has been modified by an inplace operation",
        "Something that backward still needs was overwritten in place (+=, an index, a function "
        "whose name ends with _).",
        "Make a new tensor instead.",
    ),
    Kind(
        r"backward through the graph a second time",
        "The cost is computed once and used again: its graph is gone after backward().",
        "Compute it anew in each step, from the model's output on.",
    ),
    Kind(
        r"element 0 of tensors does not require grad",
        "The loss is cut off from the weights (detach, .data, .item(), no_grad or argmax on the "
        "way), so backward() has nothing to follow.",
        "Compute with the tensors themselves, from the weights to the loss.",
    ),
    Kind(
        r"grad can be implicitly created only for scalar outputs",
        "backward() starts from one number, and the cost has one for each sample.",
        "Take .mean() of it first.",
    ),
    Kind(
        r"Only Tensors of floating point and complex dtype can require gradients",
        "Whole numbers have no gradient.",
        "Write the numbers with a point, or give dtype=torch.float32.",
    ),
    Kind(
        r"could not infer output dtype|not implemented for '(Long|Int)'",
        "This is not defined for whole numbers.",
        "Add .float() first.",
    ),
    Kind(
        r"TypeError: 'method' object is not iterable",
        "parameters is given itself, not what it returns: the brackets are missing.",
        "Write model.parameters().",
        line=r"parameters\b(?!\()",
    ),
    Kind(
        r"TypeError: '(?!int|float|bool|str|NoneType|method|builtin)(\w+)' object is not iterable",
        "An optimiser takes the parameters, not the model.",
        "Write model.parameters().",
        line=r"(optim\.|SGD|Adam)",
    ),
    Kind(
        r"params argument given to the optimizer should be an iterable",
        "An optimiser takes a list of parameters, and gets one tensor.",
        "Put square brackets around it, or write model.parameters().",
    ),
    Kind(
        r"can't optimize a non-leaf Tensor",
        "This tensor was computed from another one, so it is no weight of its own.",
        "Scale or shift it first, and call .requires_grad_() at the end.",
    ),
    Kind(
        r"Invalid learning rate",
        "The learning rate has to be positive: the optimiser subtracts already.",
        "Use a small positive number.",
    ),
    Kind(
        r"(SGD|Adam|AdamW|RMSprop)\.__init__\(\) got an unexpected keyword argument '(\w+)'",
        "torch.optim.{1} has no argument called {2}.",
        "The learning rate is called lr.",
        line=r"(rate|alpha|eta)\w*\s*=",
    ),
    Kind(
        r"'NoneType' object|and 'NoneType'|must be Tensor, not NoneType",
        "A gradient is None: no backward() has reached this tensor yet. `w = w - ...` makes a new "
        "tensor, which has none.",
        "Call backward() first; change the weight in place, inside with torch.no_grad():.",
        line=r"\.grad\b",
        inside="",
    ),
    Kind(
        r"cannot assign '(\S+)' as parameter '(\w+)'",
        "A parameter of a module is replaced by a plain tensor.",
        "Write nn.Parameter(...), or inside with torch.no_grad(): use {2}.copy_(...).",
    ),
    Kind(
        r"Module\.__init__\(\) missing 1 required positional argument: 'self'|"
        r"descriptor '__init__' of 'super' object|'__init__' requires a 'super' object",
        "The base class is set up in a way that does not work.",
        "Write super().__init__(), with both pairs of brackets.",
    ),
    Kind(
        r"TypeError: 'tuple' object is not callable",
        "It is a tuple: the line that makes it ends with a comma.",
        "Take the comma away.",
        line=r"self\.\w+\(",
        when=lambda crash, _: any(one.kind == "tuple" and one.shape == (1,) for one in crash.held),
    ),
    Kind(
        r"Subclasses of Dataset should implement (\w+)",
        "The data set has no {1}.",
        "Check the name, with two underscores on each side, and the indentation.",
    ),
    Kind(
        r"'DataLoader' object is not (an iterator|subscriptable)",
        "A DataLoader is no list: its batches come one after the other.",
        "Use for x, y in loader:, or next(iter(loader)).",
    ),
    Kind(
        r"DataLoaderIter' object has no attribute 'next'",
        ".next() is of an old version of Python.",
        "Use next(iter(loader)).",
    ),
    Kind(
        r"loading state_dict for",
        "The stored weights belong to another network: names or shapes differ.",
        "Train the network of this file; stored weights are not handed in.",
    ),
    Kind(
        r"optimizer got an empty parameter list",
        "The model has no parameters: it is empty, or torch does not see its layers.",
        "Put a layer into it; in a class as self.layer = nn.Linear(...), never in a plain list.",
    ),
    Kind(
        r"cannot assign (module|parameters?) before Module\.__init__\(\) call|has no attribute "
        r"'(_backward_hooks|_modules|_parameters|training)'",
        "super().__init__() is missing: the module was never set up.",
        "Make it the first line of __init__.",
    ),
    Kind(
        r"is missing the required \"forward\" function",
        "The module has no method called forward.",
        "Check the name and the indentation: def forward(self, x): inside the class.",
    ),
    Kind(
        r"TypeError: (Linear|Conv2d|ReLU|Flatten|Softmax)\.__init__\(\) takes",
        "nn.{1} is given too many arguments: one call makes one layer.",
        "Make a layer for each step, such as nn.Linear(in, out) for each pair of sizes.",
    ),
    Kind(
        r"default_collate: batch must contain tensors.*PIL",
        "The images are pictures, not tensors: the data set has no transform.",
        "Give it transform=transforms.ToTensor().",
    ),
    Kind(
        r"(\S+) is not a Module subclass",
        "nn.Sequential takes modules, one after the other, and gets {1}.",
        "Use nn.ReLU() in place of F.relu; of a list write nn.Sequential(*layers).",
    ),
    Kind(
        r"dim must be an int or None, got <class 'torch\.Tensor'>",
        "nn.Softmax is a class: in its brackets stands the axis, not the tensor.",
        "Write nn.Softmax(dim=1)(z).",
    ),
    Kind(
        r"'torch\.Size' object is not callable",
        "shape is no function.",
        "Write x.shape[0], or x.size(0).",
    ),
    Kind(
        r"'(builtin_function_or_method|method)' object is not subscriptable",
        "Square brackets follow a function, which is called with round ones.",
        "Write x.size(0) or x.shape[0].",
        line=r"\.(size|dim|numel)\[",
    ),
    Kind(
        r"'(builtin_function_or_method|method|function)' object is not subscriptable",
        "Square brackets follow a function, which is called with round ones.",
        "Round brackets call, square ones choose an element.",
    ),
    Kind(
        r"'(float|int)' object has no attribute '(backward|item|detach|numpy)'",
        "The cost is a plain number here, not a tensor: .item() or float() came too early.",
        "Call backward() on the tensor first, and take .item() afterwards, for printing.",
    ),
    Kind(
        r"'(list|tuple|ndarray|numpy\.ndarray)' object has no attribute '(\w+)'",
        "A {1} is used like a tensor: it has no .{2}.",
        "Make a tensor of it first, or take the one element you mean.",
    ),
    Kind(
        r"AttributeError: '(str|list|tuple|int|float|bool|dict|function|type)' object has no "
        r"attribute",
        "A function of torch is given a {1} where it takes a tensor.",
        "Make a tensor of it first: torch.tensor(...).",
        inside="torch",
    ),
    Kind(
        r"AttributeError: '((?!NoneType)\w+)' object has no attribute '(\w+)'",
        "{1} has no attribute or method called {2}.",
        "Is it spelled as where it was made, with self., and made in __init__ (two underscores on "
        "each side)?",
    ),
    Kind(
        r"AttributeError: module '([\w.]+)' has no attribute '(\w+)'",
        "{1} has nothing called {2}.",
        "Check the spelling, and whether it is in another module of torch.",
    ),
)
