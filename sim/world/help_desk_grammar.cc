// How shoppers word their questions. Deliberately not the wording of the help pages, and some
// wordings serve two intents (a parcel that has not come, money after a return), so that even a
// perfect reader errs now and then.

#include "sim/world/help_desk_internal.h"

namespace souk::internal {
namespace {

constexpr const char* kDeliveryTime[] = {
    "[when will|when would] [%|it|this] [get here|get to me|be at my place|show up] if i "
    "[buy|order|get] [it|one] [today|now|tonight]",
    "how [long|many days] [does it take|will it take|until it takes] to [get|receive|have] "
    "[%|it|this] [|here|at home]",
    "how [fast|quick|quickly] [can you|do you] [ship|send|deliver] [%|this|it] [|to me|to my "
    "address]",
    "[can|could] i [have|get] [%|this|it] by [friday|saturday|tomorrow|the weekend|next "
    "week|monday]",
    "will [%|it|this] [come|be here|make it|get here] [before|in time for] [christmas|the "
    "birthday|my holiday|the party|easter]",
    "[what is|whats] the [wait|waiting time|eta] [on|for] [%|this|this one]",
    "i need [%|this] [by|before] [wednesday|the weekend|friday|the 24th], is that "
    "[possible|doable|realistic]",
    "do you [do|have|offer] [next day|same day|overnight|express] [|for %|to my town]",
    "[when|what day] [is|does] [my parcel|my package|it] [coming|come]",
    "[do you|will you] [bring|deliver] on [saturdays|sundays|weekends|bank holidays]",
    "is [%|it] [sent|shipped] [right away|straight away|immediately] or do i have to [wait|be "
    "patient]",
    "[how soon|how early] could [%|it|the parcel] be [with me|on my doorstep|in my hands]",
    "[is express|is the fast option] [really|actually] [quicker|faster], i am in a [hurry|rush]",
    "how long is [shipping|delivery] [these days|at the moment|right now]",
};
constexpr const char* kWhereIsMyOrder[] = {
    "where is my [order|parcel|package|stuff]",
    "[still waiting|i am still waiting|been waiting] for my [order|parcel|package|things] [|since "
    "last week|for ten days now|for ages]",
    "my [order|parcel|package] [has not|hasnt|didnt] [come|arrive|arrived|turned up|show up] "
    "[|yet|so far|as promised]",
    "[can you|could you] [check|look up|find out] where my [order|package|parcel] [is|got "
    "stuck|went]",
    "it says [delivered|it was dropped off|left at the door] but [i have nothing|there is nothing "
    "here|nobody came]",
    "[the tracking|tracking|your tracking link] [does not move|has not changed|is not "
    "updating|shows nothing] [|for days|since monday]",
    "i [ordered|bought] % [last week|two weeks ago|ten days ago] and [nothing came|it is not "
    "here|still nothing]",
    "has my [order|package|parcel|%] [been sent|gone out|left] [|yet|already]",
    "[when|what day] [is|does] [my parcel|my package|it] [coming|come]",
    "[think|i think|looks like] my [parcel|package] [is lost|got lost|went missing|was stolen]",
    "[the driver|the courier|the postman] [never came|did not ring|left no note], where [did it "
    "go|is my package]",
    "[what happened|whats going on] [to|with] my [order|delivery|package]",
    "only [half|part|one box] of my [order|things] [came|arrived|is here], where is the "
    "[rest|other one]",
    "i [did not|never] [get|got] a [tracking|parcel] [number|link]",
};
constexpr const char* kReturnPolicy[] = {
    "[can i|could i|am i able to] [send|give|bring] [%|it|this] back [|if i dont like it|if it is "
    "wrong|if it doesnt suit me]",
    "how do i [return|send back|give back] [%|this|something|it]",
    "how [long|many days] do i have to [return|send back|bring back] [%|it|something]",
    "[do i|will i] have to pay [for|to] [the return|send it back|returning %]",
    "[whats|what is] your [return|returns] [policy|rule|rules]",
    "i [dont|do not] [want|like|need] [%|it] [anymore|any more|after all], what [now|do i do]",
    "can i [return|send back] [%|it] [without|if i lost|if i threw away] the "
    "[box|packaging|receipt|tags]",
    "i [opened|wore|tried] [%|it] [once|already], can [it|that] [still be returned|go back|still "
    "go back]",
    "where do i [get|find|print] [the|a] [sticker|return form|return label] for [sending it back|a "
    "return]",
    "[is it ok|is it possible|any chance] to [swap|exchange] [%|it|this] for [another "
    "one|something else|a different one]",
    "it is a [gift|present], what if [she|he|my mum] [doesnt like it|wants to give it back|has one "
    "already]",
    "i want my money back for [%|it|this one], it is [not what i wanted|not for me|ugly]",
    "the [thing|item] [i got|you sent] is [not what i ordered|wrong|the wrong one], how do i send "
    "it [in|back]",
};
constexpr const char* kRefundStatus[] = {
    "[when do i|when will i|how long until i] [get|see|have] my money [back|again] [|for %|for "
    "what i sent back]",
    "[where is|whats with|what about] my [refund|money]",
    "i [returned|sent back] [%|it|my order] [weeks ago|ten days ago|last month] and [no "
    "refund|nothing on my account|no money] [|yet|so far]",
    "[did you|have you] [get|got|received] [my return|the thing i sent back|the parcel i sent "
    "back]",
    "[still no|havent seen my|not got my] [refund|money back] [|after two weeks|on my card|on "
    "paypal]",
    "you [only|just] [paid back|refunded] [half|part|a bit] of [it|the price|what i paid]",
    "the [refund|money] [is not|isnt|has not come] [on|to] my [card|account|bank]",
    "i [cancelled|sent it back] but was [charged|billed] [anyway|all the same], when do i get that "
    "back",
    "how [long|many days] does [a refund|paying back|the money] take",
    "i want my money back for [%|it|this one], [sent it back|returned it] [last week|days ago]",
    "[how is|is] [the money|my refund] [going to be|] [sent|paid], [to my card|as a coupon|to "
    "paypal]",
    "[can you|please] [check|confirm] [if|that] my [return|refund] [went through|is being "
    "handled|was booked]",
    "my return [arrived|got to you] [on monday|last week], what [now|happens next]",
};
constexpr const char* kSizeFit[] = {
    "[what|which] size [should i|do i|would i] [take|get|order|need] [|for %|if i am 180 tall|if i "
    "wear medium]",
    "does [%|it|this] [run|come up|turn out] [small|large|big|tight|narrow]",
    "i am [between|in between] [m and l|s and m|38 and 39|two sizes], which [one|should i take]",
    "[is|are] [%|it|these] true to size",
    "will [%|it|this] fit [me|my daughter|my son|my husband|a big guy] [|, 170 and 65 kilos|, "
    "wears large elsewhere]",
    "how [long|wide] is [%|it|the sleeve|the leg] [|in m|in size 40]",
    "i [usually|normally] [wear|take] [a medium|42|large|a 38], is that [right|ok|the same] "
    "[here|for this one]",
    "[do you have|is there|got] a [size chart|chart with sizes|measuring table]",
    "is [%|it|the cut] [slim|loose|baggy|tight] [|around the waist|at the shoulders]",
    "[what is|whats] 42 in [us|uk] [size|sizes]",
    "[is|would] [%|it] [ok for|suit|be good on] someone [tall|short|with wide feet|with broad "
    "shoulders]",
    "how [tall is|big is] the [model|guy in the photo|woman in the photo] and what [is she "
    "wearing|does he wear]",
    "[%|it] is too [small|big|tight], do you have [it|one] [bigger|smaller|in l]",
};
constexpr const char* kProductDetails[] = {
    "what is [%|it|this] made [of|from|out of]",
    "is [%|it|this] [real leather|cotton|wool|waterproof|plastic|stainless]",
    "how [heavy|much does|big] [is|weighs] [%|it|this one]",
    "[can i|can you|is it ok to] [wash|tumble dry|iron|put in the dishwasher] [%|it|this]",
    "[where|in which country] is [%|it|this] made",
    "[does|do] [%|it] [contain|have] [nickel|latex|bpa|animal products|wool] [|in it]",
    "how [long|wide|tall] is [%|it|this] [|exactly|in cm]",
    "[tell me more|can you tell me more|more info] about [%|this|this one]",
    "how long does the [battery|charge] last [|on %|with this one]",
    "is the [colour|color] [really|actually] like in the [picture|photo]",
    "[whats|what is] [in the box|included|in the package] [|with %|if i buy this]",
    "what is the difference [between % and the other one|to the older one|to the cheaper one]",
    "how [loud|strong|warm|bright] is [%|it|this]",
    "is [%|this] any good for [winter|running|travelling|kids|rain]",
};
constexpr const char* kCompatibility[] = {
    "[does|will|would] [%|it|this] work with [my phone|my iphone|a samsung|my old one|windows|a "
    "mac]",
    "does [%|this|it] fit [my machine|my bike|my car|the older version|a 60 litre one]",
    "[can i|is it possible to] [use|connect|hook up|plug] [%|it|this] [with|to|into] [my tv|my "
    "laptop|android|my router]",
    "i have the [2019|old|pro|mini] [model|one], [is this|will it be] the right [part|cable|cover]",
    "which [charger|cable|battery|filter|cover] [goes with|do i need for|belongs to] [%|this]",
    "[do i|would i] need [an adapter|a hub|anything else|extra parts] [for|with] [%|it]",
    "[is|are] [%|these] [interchangeable with|the same as|a match for] [the original|the ones from "
    "other brands|my old ones]",
    "[does it|will it] [run|go] on [linux|my old laptop|240 volts|usb c]",
    "[can|could] i [pair|combine|mix] [%|it] with [something from another brand|my headphones|the "
    "other set]",
    "i [bought|got] [%|one] and it [wont|does not] [connect|go] [to|on] my [phone|machine|tv], is "
    "it [the wrong one|not made for it]",
};
constexpr const char* kAvailability[] = {
    "when [will|do you get] [%|it|this] [be back|back|more of] [|in stock|again]",
    "[is|do you have] [%|it|this] [in stock|still there|left] [|or sold out|at the moment]",
    "[%|it|this] is [sold out|gone|out of stock|greyed out], [will it come back|when do you get "
    "more|any more coming]",
    "do you [have|carry|sell] [%|this|it] in [blue|black|green|another colour|red]",
    "how many [are left|do you have left|of % are there]",
    "[can you|could you] [keep|hold|put aside|set aside] [one|%|it] for me [|till friday|until "
    "payday]",
    "[can you|please] [tell|ping|mail] me when [%|it|this] [is back|is there again|can be bought "
    "again]",
    "do you [have|sell|stock] [%|it|this] in [your|the] [shop|store] [in town|around here|near me] "
    "[|too|as well]",
    "[are you|will you be] [getting|making] [more|new ones|this again] [|soon|this year]",
    "[cant|i cannot] [add|put] [%|it|my size] in the [cart|basket], [is it gone|are there none "
    "left]",
    "[why did|did] you [stop selling|drop|take down] [%|it|the old one]",
    "[%|it] is too [small|big|tight], do you have [it|one] [bigger|smaller|in l]",
    "i need [five|ten|twenty|a dozen] of [%|these|them], do you have [that many|enough]",
};
constexpr const char* kPriceMatch[] = {
    "[%|it|this] is [cheaper|5 less|way less] [at|on] [amazon|another shop|a different site], [can "
    "you do the same|will you go down|do you match]",
    "[saw|i saw|found] [%|it|this] for [less|20 less|cheaper] [elsewhere|somewhere else|at the "
    "competition]",
    "do you [match|beat] [other shops|what others charge|prices from other sites]",
    "i [bought|paid for] [%|it] [yesterday|last week] and now it is [cheaper|on sale|reduced], do "
    "i get the difference",
    "[why is|how come] [%|it] [so expensive|more expensive] here [|than on amazon|than elsewhere]",
    "[can|could] you [do|make] [me|] a better price [|on %|if i take two]",
    "will [%|it|this] [be|get] [cheaper|reduced|on sale] [soon|on black friday|next week]",
    "the price [went up|jumped|changed] [overnight|since yesterday|while i was looking], can i "
    "have the old one",
};
constexpr const char* kCouponProblem[] = {
    "my [code|coupon|discount code|promo code] [does not|doesnt|wont] [work|go through|do "
    "anything]",
    "[where|how] do i [put|enter|use|type in] [my|the|a] [code|coupon|discount]",
    "it says my [code|coupon] is [invalid|expired|not valid|used]",
    "[i did not|never|i didnt] get my [10 percent|welcome|newsletter|birthday] "
    "[code|discount|coupon]",
    "[can i|could i] use [two codes|two coupons|a coupon and the sale price] [together|at once|at "
    "the same time]",
    "does the [code|coupon|discount] [work|count|apply] [on|for] [%|this|sale stuff|this brand]",
    "[forgot|i forgot] to [enter|use] my [code|coupon], can you [add|put] it [now|afterwards]",
    "the [discount|reduction] is not [taken off|showing|in my cart]",
    "[do you have|is there|got] [any|a] [code|coupon|discount|deal] [for me|right now|for new "
    "customers|for students]",
    "[how much|what] do i have to [spend|buy] [to use|for] the [code|coupon]",
    "i [sent back|returned] [%|it] and my [coupon|code] is gone, [can i have it back|do i get it "
    "again]",
    "you [took|charged] [the full price|too much], [my coupon|the discount] was not [counted|used]",
};
constexpr const char* kPaymentMethods[] = {
    "[can i|could i|is it possible to] pay [with|by|using] [paypal|klarna|apple pay|google pay|my "
    "debit card|invoice|cheque]",
    "do you [take|accept] [amex|paypal|apple pay|bitcoin|visa|gift cards]",
    "how can i pay [|for this|here|you]",
    "[can i|could i] pay [later|in parts|monthly|in three goes] [|for %]",
    "[can i|is it ok to] [split|pay half] [with|between] [two cards|a gift card and paypal|my card "
    "and cash]",
    "can i pay [when it comes|at the door|in cash|the driver]",
    "when [do you take|will you take] the money [from my card|off my account|] ",
    "is it [safe|secure] to [use|enter|give you] my card [here|on your site|number]",
    "[how do i|where can i] [change|add|remove] [my card|the card|my bank account] [|you have "
    "saved|on file]",
    "why [cant i|is it not possible to] [pay|choose] [by invoice|later|with paypal] [|anymore]",
};
constexpr const char* kPaymentFailed[] = {
    "my [card|payment|paypal] [was declined|is declined|gets refused|does not go through|keeps "
    "failing]",
    "i [cant|cannot|am not able to] [pay|check out|finish paying|complete my order]",
    "[payment|the payment|checkout] [failed|error|crashed] [|again|twice|three times], what "
    "[now|is wrong]",
    "i [was charged|paid|got billed] twice [|for %|for the same order]",
    "the money [is gone|left my account|was taken] but [there is no order|i got no confirmation|it "
    "says unpaid]",
    "it [keeps|is always] [loading|spinning|throwing me out] [when i pay|at the last step|after i "
    "enter my card]",
    "my bank says [everything is fine|it is ok|they see nothing] but you [refuse|wont take] my "
    "card",
    "i [did not|never|didnt] get the [sms|text message|code] [from my bank|to confirm|for paying]",
    "[why|how come] [doesnt|does not|wont] my [visa|mastercard|card|paypal] work [|here|on your "
    "site|today]",
    "[was|did] my [order|payment] [go through|ok|work], i [got an error|saw a white page|pressed "
    "twice]",
    "you [took|charged] [the full price|too much|the wrong amount], what [happened|is this]",
};
constexpr const char* kShippingCost[] = {
    "how much [is|do you charge for|do i pay for] [shipping|postage|delivery|sending it] [|to "
    "france|for %]",
    "is [shipping|delivery|postage] [free|for free|included] [|for %|on this one|if i buy two]",
    "[what does|how much does] it cost to [send|ship|deliver] [%|this|it] [|to ireland|to an "
    "island|abroad]",
    "from [what|which] [amount|total] is it [free|without postage]",
    "why [is|are] [the postage|shipping|the fees] so [high|expensive] [|for such a small thing]",
    "do i have to pay [customs|tax|import fees|extra] [|if you send to norway|to the uk]",
    "[can i|could i] [pick it up|collect it] [myself|in the store] [and save the postage|to avoid "
    "the fee|for nothing]",
    "i was [charged|billed] [postage|a fee] although i [spent|bought for] [over 50|60|enough]",
    "how much more is [express|next day|the fast one]",
    "do you [ship|send|deliver] to [spain|my country|switzerland|the us] [|and how much|and what "
    "does it cost]",
    "[two orders|if i order twice], do i pay [postage|shipping] [twice|both times]",
};
constexpr const char* kWarranty[] = {
    "[%|it|mine] [broke|stopped working|fell apart|died] after [two weeks|a month|half a year|ten "
    "uses]",
    "how long is the [warranty|guarantee] [|on %|for this]",
    "[%|it|the thing i bought] [is broken|came broken|is damaged|has a scratch|is faulty]",
    "[is|do you give] [%|this|a] [under warranty|warranty on this|covered if it breaks]",
    "[can|could] you [fix|repair|replace] [%|it|mine], [it stopped working|it is cracked|it leaks]",
    "[what if|what happens if] [%|it] [breaks|stops working|gets damaged] [|after a year|soon]",
    "the [zip|screen|handle|battery|seam] [is gone|broke|is dead|came off] [|already|after one "
    "wash]",
    "do i need the [receipt|box|bill] [for a warranty claim|to get it repaired|if it breaks]",
    "[bought|i bought] [%|it] [last year|in spring] and now it [makes a noise|wont turn on|is "
    "falling to bits]",
    "[do i get|am i getting] a new one [if it is faulty|or do you repair it|when it breaks]",
    "the [thing|item] [i got|you sent] is [broken|dented|scratched], how do i [send it in|get a "
    "new one]",
};
constexpr const char* kChangeOrCancel[] = {
    "[can i|how do i|i want to|i need to] cancel [my order|it|what i just bought|the order from "
    "today]",
    "i [ordered|bought] the wrong [size|colour|one|thing], [can you change it|can i still change "
    "it]",
    "[put in|i gave|typed] the wrong [address|street|postcode|house number], [can you fix it|what "
    "now]",
    "[can you|could you|please] [change|switch|swap] [the address|the colour|the size] [|on my "
    "order|before it goes out]",
    "[ordered|i ordered] [twice|two by mistake|the same thing two times], [please delete one|take "
    "one off]",
    "can i [add|put] [something|one more|%] to [my order|the order i made this morning]",
    "[dont send|stop|please stop] [it|my order], [i changed my mind|i made a mistake|found a "
    "better one]",
    "[there is no|cannot find the|where is the] cancel button [|anywhere]",
    "i [moved|am away next week|am not home], can it go to [a neighbour|my office|another place] "
    "[|instead]",
    "i [dont|do not] [want|need] [%|it|my order] [anymore|any more|after all], [it has not been "
    "sent|just bought it an hour ago]",
    "[can|could] you [send it later|hold it back|combine my two orders]",
    "i was [charged|billed] for something i [cancelled|called off]",
};
constexpr const char* kAccountLogin[] = {
    "i [cant|cannot] [log in|get in|get into my account|sign on]",
    "[forgot|i forgot|lost] my [password|login|pin]",
    "the [reset mail|password mail|email with the link] [does not come|never came|is not in my "
    "inbox]",
    "how do i [change|update] my [email|name|phone number|birthday]",
    "[do i|must i] [need an account|sign up|register] to [buy|order] [|%|something]",
    "how [do i|can i] [delete|close] my [account|profile]",
    "my account [is locked|is blocked|was hacked|shows no orders]",
    "[stop sending me|how do i stop|i want no more] [mails|newsletters|emails|text messages]",
    "i have [two accounts|a new email|a new phone], [can you merge them|how do i log in now]",
    "where do i [see|find] my [old orders|bill|invoices|points]",
    "it says my [email|password] is [wrong|unknown|taken] [|but it is right]",
};

constexpr IntentText kIntents[] = {
    {"delivery_time", 0.12, Vagueness::kOrder, kDeliveryTime},
    {"where_is_my_order", 0.14, Vagueness::kOrder, kWhereIsMyOrder},
    {"return_policy", 0.08, Vagueness::kOrder, kReturnPolicy},
    {"refund_status", 0.06, Vagueness::kMoney, kRefundStatus},
    {"size_fit", 0.11, Vagueness::kProduct, kSizeFit},
    {"product_details", 0.09, Vagueness::kProduct, kProductDetails},
    {"compatibility", 0.04, Vagueness::kProduct, kCompatibility},
    {"availability", 0.09, Vagueness::kProduct, kAvailability},
    {"price_match", 0.02, Vagueness::kMoney, kPriceMatch},
    {"coupon_problem", 0.06, Vagueness::kMoney, kCouponProblem},
    {"payment_methods", 0.02, Vagueness::kMoney, kPaymentMethods},
    {"payment_failed", 0.03, Vagueness::kMoney, kPaymentFailed},
    {"shipping_cost", 0.05, Vagueness::kMoney, kShippingCost},
    {"warranty", 0.03, Vagueness::kProduct, kWarranty},
    {"change_or_cancel", 0.04, Vagueness::kOrder, kChangeOrCancel},
    {"account_login", 0.02, Vagueness::kOrder, kAccountLogin},
};

constexpr const char* kVagueOrder[] = {
    "[i have|got] a [problem|question|issue] with my [order|account|last purchase]",
    "[can someone|could somebody|can anyone] help me with my order",
    "[something|there is something] wrong with [my order|what i bought]",
    "[is anyone|anybody] there, it is about [my order|an order|something i bought]",
    "my order [|from last week|number 48213], [what can i do|what now|please help]",
};
constexpr const char* kVagueMoney[] = {
    "[i have|got] a question about [my bill|the price|money|paying]",
    "[the amount|the total|the price] [is wrong|looks wrong|is not right]",
    "[why do i|do i really] have to pay [that|so much|this]",
    "[can someone|could somebody] [explain|check] what i [pay|am paying] here",
    "i [dont|do not] understand [the price|the total|what you charged me]",
};
constexpr const char* kVagueProduct[] = {
    "[i have|got] a question about [%|this|this product]",
    "[is|would] [%|this|it] [be right|right|good] for me",
    "[can someone|could you] [help|advise] me with [%|this one|choosing]",
    "[not sure|i am not sure] about [%|this], [any advice|what do you think]",
    "what about [%|this one|the other one]",
};

}  // namespace

std::span<const IntentText> Intents() { return kIntents; }

std::span<const char* const> VagueQuestions(Vagueness vagueness) {
  switch (vagueness) {
    case Vagueness::kOrder: return kVagueOrder;
    case Vagueness::kMoney: return kVagueMoney;
    case Vagueness::kProduct: return kVagueProduct;
  }
  return kVagueOrder;
}

}  // namespace souk::internal
